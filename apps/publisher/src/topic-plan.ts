/** How a topic should be. Undefined leaves it to the cluster's defaults. */
export interface WantedTopic {
  readonly topic: string;
  readonly partitions: number | undefined;
  readonly replication: number | undefined;
  /** How long everything stays; in a compacted topic, what was replaced or deleted. */
  readonly retentionMs: number | undefined;
  readonly minInsyncReplicas?: number;
  /** Of a batch. */
  readonly maxMessageBytes?: number;
  /** Whether only the last message of each key is kept. */
  readonly compacted?: boolean;
  /** Who wants it, for messages: `tenant acme`. */
  readonly wantedBy: string;
  /** Whether missing partitions are added. Never where keys decide the partition. */
  readonly mayGrow?: boolean;
}

export interface FoundTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly replication: number;
  readonly retentionMs: number | undefined;
  readonly minInsyncReplicas: number | undefined;
  readonly maxMessageBytes: number | undefined;
  readonly compacted: boolean | undefined;
}

export interface TopicDifference {
  readonly topic: string;
  readonly setting:
    'partitions' | 'replication' | 'retentionMs' | 'minInsyncReplicas' | 'maxMessageBytes' | 'compacted';
  readonly wanted: number | boolean;
  readonly found: number | boolean;
}

export interface TopicPlan {
  readonly create: readonly WantedTopic[];
  readonly grow: readonly WantedTopic[];
  /** Reported, never changed: more partitions would move keys, and the rest is the operator's. */
  readonly differences: readonly TopicDifference[];
  /** Can't be created, with what is allowed. */
  readonly impossible: readonly string[];
}

/** Below this a topic does not take all events, whatever the tenant wants: see `appendEvents`. */
const roomForEvents = 1_000_000;

export function planTopics(
  wanted: readonly WantedTopic[],
  found: ReadonlyMap<string, FoundTopic>,
  brokers: number,
): TopicPlan {
  const missing = wanted.filter(({ topic }) => !found.has(topic));
  const grow = wanted.filter(
    ({ topic, mayGrow, partitions = 0 }) =>
      mayGrow === true && partitions > (found.get(topic)?.partitions ?? partitions),
  );
  const tooMany = missing.filter(({ replication = 1 }) => replication > brokers);
  const tooFew = missing.filter(({ replication = 1, minInsyncReplicas = 1 }) => minInsyncReplicas > replication);
  return {
    create: missing.filter((topic) => !tooMany.includes(topic) && !tooFew.includes(topic)),
    grow,
    differences: wanted.flatMap((topic) => differencesOf(topic, found.get(topic.topic))),
    impossible: [...new Set([...tooMany.map((topic) => tooManyCopies(topic, brokers)), ...tooFew.map(tooFewCopies)])],
  };
}

function tooManyCopies({ wantedBy, replication }: WantedTopic, brokers: number): string {
  const allowed = brokers === 1 ? '1, because the cluster has one broker' : `1 to ${brokers}, the number of brokers`;
  return `${wantedBy}: topics.replication is ${replication}; allowed: ${allowed}`;
}

function tooFewCopies({ wantedBy, replication = 1, minInsyncReplicas }: WantedTopic): string {
  return `${wantedBy}: topics.minInsyncReplicas is ${minInsyncReplicas}; allowed: 1 to ${replication}, which topics.replication is`;
}

function differencesOf(wanted: WantedTopic, found: FoundTopic | undefined): readonly TopicDifference[] {
  if (found === undefined || wanted.mayGrow === true) return [];
  // One policy's retention says nothing of the other's.
  const isOther =
    wanted.compacted !== undefined && found.compacted !== undefined && wanted.compacted !== found.compacted;
  const settings = [
    'partitions',
    'replication',
    isOther ? 'compacted' : 'retentionMs',
    'minInsyncReplicas',
    'maxMessageBytes',
  ] as const;
  return settings.flatMap((setting) => {
    const [want, have] = [wanted[setting], found[setting]];
    if (setting === 'maxMessageBytes' && want === undefined && have !== undefined && Number(have) < roomForEvents) {
      return [{ topic: wanted.topic, setting, wanted: roomForEvents, found: have }];
    }
    if (want === undefined || have === undefined || want === have) return [];
    return [{ topic: wanted.topic, setting, wanted: want, found: have }];
  });
}
