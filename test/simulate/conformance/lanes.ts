import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { HeldLanes, OutboxRow, ReadLimits } from '#store';
import { until } from '../../integration/until.ts';

/** The outbox and its lanes, as a publisher sees them. */
export interface LanesUnderTest {
  readonly count: number;
  /** Writes so many rows into a lane, in one transaction. */
  append(lane: number, count: number): Promise<void>;
  read(lane: number, after: number, limits: ReadLimits): Promise<readonly OutboxRow[]>;
  hold(publisher: string, leaseSeconds: number): Promise<HeldLanes>;
  release(publisher: string, lanes: readonly number[]): Promise<void>;
  retire(publisher: string): Promise<void>;
  termOf(publisher: string, lane: number): Promise<number | undefined>;
  positions(lane: number): Promise<{ readonly nextPosition: number; readonly relayed: number }>;
  note(lane: number, position: number): Promise<boolean>;
  close(): Promise<void>;
}

const many = { rows: 100, bytes: 1_000_000 };

/** What the relay relies on. */
export function lanesConform(name: string, open: () => Promise<LanesUnderTest>): void {
  describe(`the lanes of ${name}`, () => {
    let lanes: LanesUnderTest;
    beforeEach(async () => {
      lanes = await open();
    });
    afterEach(() => lanes.close());
    const positionsOf = (rows: readonly OutboxRow[]): readonly number[] => rows.map(({ position }) => position);

    it('have positions from 1 on, without a gap, each lane its own', async () => {
      expect(await lanes.positions(1)).toEqual({ nextPosition: 1, relayed: 0 });
      await lanes.append(1, 3);
      await lanes.append(2, 1);
      await lanes.append(1, 2);
      expect(positionsOf(await lanes.read(1, 0, many))).toEqual([1, 2, 3, 4, 5]);
      expect(positionsOf(await lanes.read(2, 0, many))).toEqual([1]);
      expect(await lanes.positions(1)).toEqual({ nextPosition: 6, relayed: 0 });
    });

    it('are read after a position, up to the limits, and at least one row', async () => {
      await lanes.append(1, 5);
      expect(positionsOf(await lanes.read(1, 2, many))).toEqual([3, 4, 5]);
      expect(positionsOf(await lanes.read(1, 1, { ...many, rows: 2 }))).toEqual([2, 3]);
      const [first] = await lanes.read(1, 0, many);
      expect(positionsOf(await lanes.read(1, 0, { ...many, bytes: 1 }))).toEqual([1]);
      expect(await lanes.read(1, 0, { ...many, bytes: 2 * (first?.bytes ?? 0) })).toHaveLength(2);
      expect(await lanes.read(1, 5, many)).toEqual([]);
    });

    it('have a hint that only rises', async () => {
      await lanes.append(1, 5);
      expect([await lanes.note(1, 4), await lanes.note(1, 2)]).toEqual([true, true]);
      expect(await lanes.positions(1)).toMatchObject({ relayed: 4 });
    });

    it('are shared evenly by those that live, and handed over', async () => {
      const all = Array.from({ length: lanes.count }, (_, lane) => lane);
      expect(await lanes.hold('a', 60)).toEqual({ lanes: all, share: all.length });
      expect(await lanes.hold('b', 60)).toEqual({ lanes: [], share: Math.ceil(all.length / 2) });
      const { share } = await lanes.hold('a', 60);
      await lanes.release('a', all.slice(share));
      expect(await lanes.termOf('a', all.at(-1) ?? 0)).toBeUndefined();
      expect((await lanes.hold('b', 60)).lanes).toEqual(all.slice(share));
      expect([await lanes.termOf('a', 0), await lanes.termOf('b', 0)]).toEqual([1, undefined]);
      expect(await lanes.termOf('b', all.at(-1) ?? 0)).toBe(2);
      await lanes.release('b', [0]);
      await lanes.hold('a', 60);
      expect(await lanes.termOf('a', 0)).toBe(1);
    });

    it('are taken over from one that is silent, and from one that retires', async () => {
      await lanes.hold('a', 0.05);
      await until('the lease to run out', 10, async () => (await lanes.hold('b', 0.05)).lanes.length === lanes.count);
      expect(await lanes.termOf('a', 0)).toBeUndefined();
      await lanes.retire('b');
      expect((await lanes.hold('c', 60)).lanes).toContain(0);
      expect(await lanes.termOf('b', 0)).toBeUndefined();
      await lanes.retire('c');
      await lanes.hold('a', 60);
      expect(await lanes.termOf('a', 0)).toBeGreaterThan(3);
    });
  });
}
