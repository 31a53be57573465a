import { BridgeError } from '#core';
import type { LaneHolder } from '#store';
import type { Limits } from '../../../apps/publisher/src/claim.ts';
import type { PlacedRow, StreamKey } from '../../../apps/publisher/src/parking.ts';
import type { Row } from '../../../apps/publisher/src/publish.ts';

interface Parked extends StreamKey {
  readonly lane: number;
  tries: number;
  nextTryAt: number;
  /** In the order of their positions. */
  readonly rows: Row[];
}

const minuteMs = 60_000;
const retryMinutes = { first: 5, longest: 60 };

/** What is parked, as `parking.ts` of libs/store keeps it. */
export class MemoryParking {
  readonly #now: () => number;
  readonly #termOf: (publisher: string, lane: number) => number | undefined;
  readonly #parked = new Map<string, Parked>();

  /** @param now the database's clock, epoch ms @param termOf of the lane, if it is the publisher's */
  constructor(now: () => number, termOf: (publisher: string, lane: number) => number | undefined) {
    this.#now = now;
    this.#termOf = termOf;
  }

  list(lane: number): readonly StreamKey[] {
    return [...this.#parked.values()]
      .filter((one) => one.lane === lane)
      .map(({ tenant, stream }) => ({ tenant, stream }));
  }

  due(lane: number): StreamKey | undefined {
    const due = [...this.#parked.values()]
      .filter((one) => one.lane === lane && one.nextTryAt <= this.#now())
      .toSorted((a, b) => a.nextTryAt - b.nextTryAt)[0];
    return due === undefined ? undefined : { tenant: due.tenant, stream: due.stream };
  }

  /** @throws BridgeError LEASE_LOST */
  refuse(holder: LaneHolder, row: PlacedRow): void {
    this.#assertHolds(holder);
    const { lane } = holder;
    const known = this.#parked.get(keyOf(row));
    const { tenant, stream } = row;
    const parked = known ?? { tenant, stream, lane, tries: 0, nextTryAt: 0, rows: [] };
    this.#parked.set(keyOf(row), parked);
    const { first, longest } = retryMinutes;
    parked.nextTryAt = this.#now() + Math.min(longest, first * 2 ** Math.min(parked.tries, 10)) * minuteMs;
    parked.tries += 1;
    copy(parked, row);
  }

  /** @throws BridgeError LEASE_LOST */
  hold(holder: LaneHolder, rows: readonly PlacedRow[]): void {
    this.#assertHolds(holder);
    for (const row of rows) {
      const parked = this.#parked.get(keyOf(row));
      if (parked !== undefined) copy(parked, row);
    }
  }

  read(key: StreamKey, upTo: number, limits: Limits): readonly Row[] {
    const rows: Row[] = [];
    let bytes = 0;
    for (const row of this.#parked
      .get(keyOf(key))
      ?.rows.filter(({ position }) => position <= upTo)
      .slice(0, limits.rows) ?? []) {
      if (rows.length > 0 && bytes + row.bytes > limits.bytes) break;
      bytes += row.bytes;
      rows.push(row);
    }
    return rows;
  }

  settle(lane: number, position: number, upTo: number): boolean {
    const parked = [...this.#parked.values()].find(
      (one) => one.lane === lane && one.rows.some((row) => row.position === position),
    );
    if (parked === undefined) return false;
    parked.rows.splice(0, parked.rows.length, ...parked.rows.filter((row) => row.position > position));
    return this.forget(parked, upTo);
  }

  /** Nothing can be given up here, so whatever is ahead of the lane waits anyway. */
  forget(key: StreamKey, _upTo: number): boolean {
    if ((this.#parked.get(keyOf(key))?.rows.length ?? 0) > 0) return false;
    this.#parked.delete(keyOf(key));
    return true;
  }

  #assertHolds({ publisher, lane, term }: LaneHolder): void {
    if (this.#termOf(publisher, lane) !== term)
      throw new BridgeError('LEASE_LOST', `lane ${lane} was taken over by another publisher; nothing was parked`);
  }
}

const keyOf = ({ tenant, stream }: StreamKey): string => `${tenant}/${stream}`;

function copy({ rows }: Parked, row: Row): void {
  if (rows.some(({ position }) => position === row.position)) return;
  rows.push(row);
  rows.sort((a, b) => a.position - b.position);
}
