import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RefusalReason } from '#core';
import { LaneRelay, laneRelayDefaults, type LaneProducer } from './lane-relay.ts';
import type { ParkingStore, PlacedRow, StreamKey } from './parking.ts';
import type { Batch, Row } from './publish.ts';
import { refused } from './refusal.ts';

const streams = ['a', 'b', 'c'];

function row(position: number, stream: string, topic = 't'): Row {
  const headers = JSON.stringify({ ce_tenant: 'acme', ce_source: `/tenants/acme/connections/${stream}` });
  return { position, topic, key: stream, payload: `${stream}${position}`, headers, bytes: 10 };
}

/** What the database holds of a lane's parked rows. */
class ParkedInMemory implements ParkingStore {
  readonly rows = new Map<number, PlacedRow>();
  readonly waiting = new Map<string, boolean>();
  /** Counts what was written of refusals. */
  refusals = 0;

  list(): Promise<readonly StreamKey[]> {
    return Promise.resolve([...this.waiting.keys()].map((stream) => ({ tenant: 'acme', stream })));
  }

  due(): Promise<StreamKey | undefined> {
    const [stream] = [...this.waiting].find(([, isDue]) => isDue) ?? [];
    return Promise.resolve(stream === undefined ? undefined : { tenant: 'acme', stream });
  }

  refuse(one: PlacedRow): Promise<void> {
    this.refusals += 1;
    this.waiting.set(one.stream, false);
    return this.hold([one]);
  }

  hold(rows: readonly PlacedRow[]): Promise<void> {
    for (const one of rows) this.rows.set(one.position, one);
    return Promise.resolve();
  }

  read({ stream }: StreamKey, upTo: number, limits: { readonly rows: number }): Promise<readonly Row[]> {
    const passed = this.#of(stream).filter(({ position }) => position <= upTo);
    return Promise.resolve(passed.slice(0, limits.rows));
  }

  settle(position: number): Promise<boolean> {
    const stream = this.rows.get(position)?.stream;
    if (stream === undefined) return Promise.resolve(false);
    for (const one of this.#of(stream)) if (one.position <= position) this.rows.delete(one.position);
    return this.forget({ tenant: 'acme', stream });
  }

  forget({ stream }: StreamKey): Promise<boolean> {
    return Promise.resolve(this.#of(stream).length === 0 && this.waiting.delete(stream));
  }

  retry(): void {
    for (const stream of this.waiting.keys()) this.waiting.set(stream, true);
  }

  #of(stream: string): PlacedRow[] {
    return [...this.rows.values()].filter((one) => one.stream === stream).toSorted((a, b) => a.position - b.position);
  }
}

/** Time for others, as a request takes it. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** A broker that refuses some rows, and whose answers may be lost after what they tell of was done. */
class Broker {
  readonly published: Row[] = [];
  readonly refusing = new Map<number, RefusalReason>();
  sessions = 0;
  lostAnswers: boolean[] = [];
  #committed = 0;
  #released = 0;

  open(): Promise<LaneProducer> {
    this.sessions += 1;
    const send = async (batch: Batch, note: (last: number) => void): Promise<void> => {
      await turn();
      const reason = batch.rows.map(({ position }) => this.refusing.get(position)).find((one) => one !== undefined);
      if (reason !== undefined) throw refused({ reason, detail: 'no' }, undefined);
      this.published.push(...batch.rows);
      note(batch.last);
      if (this.lostAnswers.pop() === true) throw new Error('the answer is lost');
    };
    const transact = (batch: Batch): Promise<void> => send(batch, (last) => (this.#committed = last));
    return Promise.resolve({
      committed: this.#committed,
      released: this.#released,
      transact,
      release: (batch) => send(batch, (last) => (this.#released = last)),
      recommit: (last) => transact({ rows: [], last }),
      close: () => Promise.resolve(),
    });
  }
}

function relayOf(rows: readonly Row[], broker: Broker, parking: ParkedInMemory, mostRows: number): LaneRelay {
  const relay: LaneRelay = new LaneRelay(
    1,
    {
      term: () => Promise.resolve(1),
      open: () => broker.open(),
      positions: () => Promise.resolve({ nextPosition: rows.length + 1, relayed: 0 }),
      read: (after, limits) => Promise.resolve(rows.slice(after, after + limits.rows)),
      note: () => Promise.resolve(true),
      parking: () => parking,
      isFenced: () => false,
      now: () => 0,
      observer: {
        opened: () => undefined,
        published: () => undefined,
        failed: () => undefined,
        hintFailed: () => undefined,
        parked: () => undefined,
        unparked: () => undefined,
      },
    },
    { ...laneRelayDefaults, limits: { rows: mostRows, bytes: 1e9 }, idleMs: 1, shortestPauseMs: 0, longestPauseMs: 0 },
  );
  return relay;
}

/** Lets the relay work until it has nothing to do. */
async function until(relay: LaneRelay, condition: () => boolean): Promise<void> {
  while (!condition()) {
    relay.wake();
    await turn();
  }
}

const payloadsOf = (rows: readonly Row[], stream: string): readonly string[] =>
  rows.filter(({ key }) => key === stream).map(({ payload }) => payload);

describe('a lane with events that the broker refuses', () => {
  it('goes on without the athlete, and publishes what waited in its order when the broker takes it', async () => {
    const rows = [1, 2, 3, 4, 5, 6, 7, 8].map((at) => row(at, at % 2 === 0 ? 'a' : 'b'));
    const [broker, parking] = [new Broker(), new ParkedInMemory()];
    broker.refusing.set(4, 'too_large');
    const relay = relayOf(rows, broker, parking, 100);
    await until(relay, () => parking.rows.size === 3 && broker.published.length === 5);
    expect(broker.published.map(({ payload }) => payload)).toEqual(['b1', 'a2', 'b3', 'b5', 'b7']);
    broker.refusing.clear();
    parking.retry();
    await until(relay, () => parking.waiting.size === 0);
    expect(payloadsOf(broker.published, 'a')).toEqual(['a2', 'a4', 'a6', 'a8']);
    await relay.stop();
  });

  it('releases nothing that was put aside before the lane has come to it', async () => {
    const rows = [row(1, 'a'), ...[2, 3, 4, 5, 6, 7, 8, 9].map((at) => row(at, 'c'))];
    const [broker, parking] = [new Broker(), new ParkedInMemory()];
    broker.refusing.set(1, 'too_large');
    const relay = relayOf(rows, broker, parking, 100);
    await until(relay, () => parking.waiting.size === 1 && broker.published.length === 8);
    for (let turns = 0; turns < 20; turns += 1) await turn();
    // Of a batch that is refused, the rows of `a` are put aside; with fewer rows at once, the lane comes to one of them first.
    broker.refusing.delete(1);
    broker.refusing.set(12, 'too_large');
    rows.push(row(10, 'a'), row(11, 'a'), row(12, 'b'), row(13, 'c'));
    parking.retry();
    await until(relay, () => broker.published.length >= 12 && parking.rows.size === 1);
    broker.refusing.clear();
    parking.retry();
    await until(relay, () => parking.waiting.size === 0);
    expect(payloadsOf(broker.published, 'a')).toEqual(['a1', 'a10', 'a11']);
    expect(broker.published).toHaveLength(13);
    await relay.stop();
  });

  it('tries a topic that was refused for itself not for each athlete', async () => {
    const rows = Array.from({ length: 64 }, (_, index) => row(index + 1, `s${index}`, 'forbidden'));
    const [broker, parking] = [new Broker(), new ParkedInMemory()];
    for (const { position } of rows) broker.refusing.set(position, 'not_authorised');
    const relay = relayOf(rows, broker, parking, 64);
    await until(relay, () => parking.waiting.size === 64);
    expect(broker.sessions).toBeLessThan(10);
    await relay.stop();
  });

  const refusals = fc.array(fc.tuple(fc.nat(29), fc.constantFrom<RefusalReason>('too_large', 'bad_topic')), {
    maxLength: 6,
  });
  const steps = fc.array(fc.constantFrom('turn', 'turn', 'retry', 'mend', 'heir'), { maxLength: 60 });

  it('loses, repeats and disorders nothing, whatever is refused, retried, mended, taken over and lost on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...streams), { minLength: 1, maxLength: 30 }),
        refusals,
        fc.array(fc.boolean(), { maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        steps,
        async (owners, refusing, lostAnswers, mostRows, script) => {
          const rows = owners.map((stream, index) => row(index + 1, stream, `t-${stream}`));
          const [broker, parking] = [new Broker(), new ParkedInMemory()];
          for (const [index, reason] of refusing) broker.refusing.set((index % rows.length) + 1, reason);
          broker.lostAnswers = [...lostAnswers];
          let relay = relayOf(rows, broker, parking, mostRows);
          for (const step of script) {
            if (step === 'retry') parking.retry();
            if (step === 'mend') broker.refusing.delete([...broker.refusing.keys()][0] ?? 0);
            if (step === 'heir') {
              await relay.stop();
              relay = relayOf(rows, broker, parking, mostRows);
            }
            relay.wake();
            await turn();
          }
          await until(relay, () => broker.published.length + parking.rows.size >= rows.length);
          broker.refusing.clear();
          parking.retry();
          await until(relay, () => broker.published.length >= rows.length && parking.waiting.size === 0);
          await relay.stop();
          expect(broker.published).toHaveLength(rows.length);
          for (const stream of streams) expect(payloadsOf(broker.published, stream)).toEqual(payloadsOf(rows, stream));
        },
      ),
      { numRuns: 500 },
    );
  });
});
