import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ParkingStore, PlacedRow } from '../../../apps/publisher/src/parking.ts';

/** Lane 1 of a store, with rows of two streams in it. */
export interface ParkingUnderTest {
  /** What the holder of the lane sees; and those who have lost it: to another one, and by an earlier claim of his own. */
  readonly parking: ParkingStore;
  readonly lost: readonly ParkingStore[];
  /** Positions 1 to 6: odd ones of the stream `a`, even ones of `b`. */
  readonly rows: readonly PlacedRow[];
  close(): Promise<void>;
}

const refusal = { reason: 'too_large', detail: 'too large' } as const;
const many = { rows: 100, bytes: 1_000_000 };

/** What parking relies on. */
export function parkingConforms(name: string, open: () => Promise<ParkingUnderTest>): void {
  describe(`what is parked in ${name}`, () => {
    let scene: ParkingUnderTest;
    let parking: ParkingStore;
    beforeEach(async () => {
      scene = await open();
      ({ parking } = scene);
    });
    afterEach(() => scene.close());
    const row = (position: number): PlacedRow => scene.rows[position - 1] as PlacedRow;
    const keyOf = ({ tenant, stream }: PlacedRow) => ({ tenant, stream });
    const positions = async (position: number, limits = many, upTo = 6): Promise<readonly number[]> =>
      (await parking.read(keyOf(row(position)), upTo, limits)).map((one) => one.position);

    it('is a stream with what is behind it, in order, each row once', async () => {
      expect([await parking.list(), await parking.due()]).toEqual([[], undefined]);
      await parking.refuse(row(1), refusal);
      await parking.hold([row(5)]);
      await parking.hold([row(3), row(5)]);
      expect(await parking.list()).toEqual([keyOf(row(1))]);
      expect(await positions(1)).toEqual([1, 3, 5]);
      expect(await positions(1, { ...many, rows: 2 })).toEqual([1, 3]);
      expect(await positions(1, { ...many, bytes: 1 })).toEqual([1]);
      expect(await positions(2)).toEqual([]);
      // It is not tried again at once.
      expect(await parking.due()).toBeUndefined();
    });

    it('goes as far as it is settled, and is forgotten when nothing of it is left', async () => {
      await parking.refuse(row(1), refusal);
      await parking.hold([row(3)]);
      await parking.refuse(row(2), refusal);
      expect([await parking.settle(4, 6), await parking.forget(keyOf(row(1)), 6)]).toEqual([false, false]);
      expect(await parking.settle(1, 6)).toBe(false);
      expect(await positions(1)).toEqual([3]);
      expect(await parking.settle(3, 6)).toBe(true);
      expect(await parking.list()).toEqual([keyOf(row(2))]);
    });

    it('waits for the lane to pass it, and keeps its stream until then', async () => {
      await parking.refuse(row(1), refusal);
      await parking.hold([row(3), row(5)]);
      expect(await positions(1, many, 4)).toEqual([1, 3]);
      expect(await parking.settle(3, 4)).toBe(false);
      expect(await positions(1, many, 4)).toEqual([]);
      expect(await parking.forget(keyOf(row(1)), 4)).toBe(false);
      expect(await positions(1, many, 5)).toEqual([5]);
      expect(await parking.settle(5, 5)).toBe(true);
    });

    it('is parked by nobody who has lost the lane', async () => {
      for (const lost of scene.lost) {
        await expect(lost.refuse(row(1), refusal)).rejects.toMatchObject({ code: 'LEASE_LOST' });
        await expect(lost.hold([row(1)])).rejects.toMatchObject({ code: 'LEASE_LOST' });
      }
      expect(await parking.list()).toEqual([]);
    });
  });
}
