/** An entry of the simulator's ledger. */
export interface LedgerEntry {
  readonly seq: number;
  readonly athlete: string;
  readonly resource: string;
  readonly identity: readonly string[];
  readonly change: 'created' | 'updated' | 'deleted' | 'touched';
  readonly fact: string;
  readonly genesis: boolean;
  readonly revision: number;
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** A Kafka record, read by a `read_committed` consumer. */
export interface ReceivedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** The connection; of a client's events, the resource. */
  readonly key: string;
  /** Whose stream it is: sequences count inside it. */
  readonly source: string;
  readonly id: string;
  /** Name of the event type. */
  readonly type: string;
  readonly sequence: number;
  readonly athlete: string;
  readonly resource: string;
  readonly identity: readonly string[];
  readonly revision: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A message as it is sent: what `receivedRecord` reads. */
export interface SentMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly value: string;
}

export function receivedRecord({ topic, partition, offset, key, headers, value }: SentMessage): ReceivedRecord {
  const payload = JSON.parse(value) as Partial<ReceivedRecord & { readonly userReference: string }>;
  return {
    topic,
    partition,
    offset,
    key,
    source: headers['ce_source'] ?? '',
    id: headers['ce_id'] ?? '',
    type: /^accesslink\.(\w+)\.v1$/.exec(headers['ce_type'] ?? '')?.[1] ?? '',
    sequence: Number(headers['ce_sequence']),
    athlete: payload.userReference ?? '',
    resource: payload.resource ?? '',
    identity: payload.identity ?? [],
    revision: payload.revision ?? 0,
    data: payload.data ?? {},
  };
}

export interface Comparison {
  readonly expected: number;
  readonly matched: number;
  readonly missing: readonly string[];
  readonly twice: readonly string[];
  readonly unexpected: readonly string[];
  readonly outOfOrder: readonly string[];
}

/** Event types that say what the ledger says; chunks, sample lists and final days are derived from them. */
const told = {
  'training-sessions': { created: ['SessionRecorded'], updated: ['SessionRevised'], deleted: ['SessionDeleted'] },
  'nightly-recharge-results': {
    created: ['NightlyRechargeCalculated'],
    updated: ['NightlyRechargeRevised'],
    deleted: ['NightlyRechargeDeleted'],
  },
  sleeps: { created: ['SleepRecorded'], updated: ['SleepRevised'], deleted: ['SleepDeleted'] },
  'continuous-samples': { created: ['HeartRateDayUpdated'], updated: ['HeartRateDayUpdated'], deleted: [] },
} as const;

const toldTypes = new Set<string>([
  ...Object.values(told).flatMap((changes) => Object.values(changes).flat()),
  'SleepScored',
]);

interface Expected {
  readonly type: string;
  /** What tells this version from the others of its item. */
  readonly version: string;
}

/**
 * Compares what happened in the simulated world with what a consumer received: each change is one event, in order.
 * Records that the consumer itself read twice (same topic, partition and offset) count once.
 */
export function compareWithLedger(ledger: readonly LedgerEntry[], received: readonly ReceivedRecord[]): Comparison {
  const records = distinct(received);
  const items = expectations(ledger);
  const found = Map.groupBy(
    records.filter(({ type }) => toldTypes.has(type)),
    ({ athlete, resource, identity }) => itemKey(athlete, resource, identity),
  );
  const missing: string[] = [];
  const unexpected: string[] = [];
  let matched = 0;
  for (const key of new Set([...items.keys(), ...found.keys()])) {
    const wanted = items.get(key) ?? [];
    const got = (found.get(key) ?? []).map((record) => ({
      type: record.type,
      version: versionOf(record.resource, record.type, record.data),
    }));
    const left = [...got];
    let from = 0;
    for (const one of wanted) {
      const index = left.findIndex(
        (other, at) => at >= from && other.type === one.type && other.version === one.version,
      );
      if (index === -1) missing.push(`${key} ${one.type} ${one.version}`);
      else {
        left.splice(index, 1);
        from = index;
        matched += 1;
      }
    }
    unexpected.push(...left.map((one) => `${key} ${one.type} ${one.version}`));
  }
  return {
    expected: [...items.values()].flat().length,
    matched,
    missing,
    twice: repeated(records),
    unexpected,
    outOfOrder: disordered(records),
  };
}

/** Each Kafka record once, however often the consumer read it. */
export function distinct(received: readonly ReceivedRecord[]): readonly ReceivedRecord[] {
  return [
    ...new Map(received.map((record) => [`${record.topic}/${record.partition}/${record.offset}`, record])).values(),
  ];
}

/** What each item's events must be. What happened before the athlete connected is told as it stands then. */
function expectations(ledger: readonly LedgerEntry[]): Map<string, Expected[]> {
  const items = new Map<string, Expected[]>();
  const byItem = Map.groupBy(
    ledger.filter(({ change }) => change !== 'touched'),
    ({ athlete, resource, identity }) => itemKey(athlete, resource, identity),
  );
  for (const [key, entries] of byItem) {
    const events: Expected[] = [];
    let scored = false;
    const genesis = entries.findLast((entry) => entry.genesis);
    const first = genesis === undefined ? [] : [{ ...genesis, change: 'created' as const }];
    for (const entry of [...first, ...entries.filter((one) => !one.genesis)]) {
      if (genesis?.change === 'deleted') break;
      const score = entry.resource === 'sleeps' && entry.body?.['sleepScore'] !== undefined;
      const version = (type: string): string => versionOf(entry.resource, type, entry.body ?? {});
      const scoreAppears = score && !scored;
      if (entry.change === 'created' || !scoreAppears) {
        for (const type of told[entry.resource as keyof typeof told][entry.change as 'created'])
          events.push({ type, version: version(type) });
      }
      if (scoreAppears) events.push({ type: 'SleepScored', version: version('SleepScored') });
      scored ||= score;
    }
    items.set(key, events);
  }
  return items;
}

/** The values by which the versions of an item differ. */
function versionOf(resource: string, type: string, data: Readonly<Record<string, unknown>>): string {
  if (type.endsWith('Deleted')) return 'gone';
  if (resource === 'continuous-samples') return `state ${String(data['state'])}, ${String(data['count'])} samples`;
  if (resource !== 'sleeps') return `modified ${String(data['modified'])}`;
  const score = inside(data, 'sleepScore');
  if (type === 'SleepScored') return `score ${String(score['sleepScore'])}`;
  const { sleepStart, sleepEnd } = inside(data, 'sleepResult', 'hypnogram');
  return `${String(sleepStart)} to ${String(sleepEnd)}, score ${String(score['sleepScore'] ?? 'none')}`;
}

function inside(
  data: Readonly<Record<string, unknown>>,
  ...path: readonly string[]
): Readonly<Record<string, unknown>> {
  return path.reduce<Readonly<Record<string, unknown>>>(
    (here, step) => (here[step] ?? {}) as Readonly<Record<string, unknown>>,
    data,
  );
}

/** Event ids that stand in more than one record. */
function repeated(records: readonly ReceivedRecord[]): readonly string[] {
  const byId = Map.groupBy(records, ({ id }) => id);
  return [...byId]
    .filter(([, same]) => same.length > 1)
    .map(([id, same]) => `${id} ${same[0]?.type ?? ''} x ${same.length}`);
}

/** Sequences of a connection must be gapless over all topics, and rise inside each topic in the order of the offsets. */
function disordered(records: readonly ReceivedRecord[]): readonly string[] {
  const faults: string[] = [];
  for (const [stream, mine] of Map.groupBy(records, ({ source }) => source)) {
    const sequences = mine.map(({ sequence }) => sequence).toSorted((a, b) => a - b);
    sequences.forEach((sequence, index) => {
      if (sequence !== index + 1) faults.push(`${stream}: sequence ${index + 1} expected, ${sequence} found`);
    });
  }
  for (const [key, mine] of Map.groupBy(records, ({ key }) => key)) {
    for (const [topic, inTopic] of Map.groupBy(mine, ({ topic }) => topic)) {
      const inOrder = inTopic.toSorted((a, b) => Number(BigInt(a.offset) - BigInt(b.offset)));
      if (new Set(inTopic.map(({ partition }) => partition)).size > 1)
        faults.push(`${key}: ${topic} has it in several partitions`);
      inOrder.forEach((record, index) => {
        const before = inOrder[index - 1];
        if (before !== undefined && before.sequence >= record.sequence)
          faults.push(`${key}: ${topic} has ${before.sequence} before ${record.sequence}`);
      });
    }
  }
  return faults.slice(0, 50);
}

export function itemKey(athlete: string, resource: string, identity: readonly string[]): string {
  return `${athlete} ${resource}/${identity.join('/')}`;
}
