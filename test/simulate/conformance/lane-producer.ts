import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isFenced } from '../../../apps/publisher/src/kafka/failure.ts';
import type { LaneProducer } from '../../../apps/publisher/src/lane-relay.ts';
import type { Batch } from '../../../apps/publisher/src/publish.ts';

/** A broker, with a topic and lanes of the test's own. */
export interface BrokerUnderTest {
  open(lane: number): Promise<LaneProducer>;
  /** Rows with these positions, each with its position as its name. */
  batch(positions: readonly number[]): Promise<Batch>;
  /** The positions of all that a `read_committed` consumer gets, in order, up to this one. */
  consumeTo(position: number): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** What makes the relay exactly once. */
export function laneProducerConforms(name: string, openBroker: () => Promise<BrokerUnderTest>): void {
  describe(`a lane's producer on ${name}`, () => {
    let broker: BrokerUnderTest;
    beforeEach(async () => {
      broker = await openBroker();
    });
    afterEach(() => broker.close());

    it('commits rows and position together, and the next one finds where it ended', async () => {
      const first = await broker.open(0);
      expect(first.committed).toBe(0);
      await first.transact(await broker.batch([1, 2]));
      await first.transact(await broker.batch([3]));
      await first.close();
      const second = await broker.open(0);
      expect(second.committed).toBe(3);
      await second.recommit(3);
      await second.transact(await broker.batch([4]));
      expect((await broker.open(0)).committed).toBe(4);
      expect((await broker.open(1)).committed).toBe(0);
      expect(await broker.consumeTo(4)).toEqual([1, 2, 3, 4]);
    });

    it('releases parked rows in a transaction that leaves the position of the lane alone', async () => {
      const first = await broker.open(0);
      await first.transact(await broker.batch([3]));
      await first.release(await broker.batch([1, 2]));
      expect(await broker.open(0)).toMatchObject({ committed: 3, released: 2 });
      expect(await broker.consumeTo(2)).toEqual([3, 1, 2]);
    });

    it('is fenced by the next one of its lane, and by no other', async () => {
      const zombie = await broker.open(0);
      await zombie.transact(await broker.batch([1]));
      const other = await broker.open(1);
      const heir = await broker.open(0);
      const batch = await broker.batch([2]);
      expect(isFenced(await failureOf(zombie.transact(batch)))).toBe(true);
      expect((await broker.open(0)).committed).toBe(1);
      expect(isFenced(await failureOf(heir.transact(batch)))).toBe(true);
      await other.recommit(1);
      const last = await broker.open(0);
      await last.transact(batch);
      expect(await broker.consumeTo(2)).toEqual([1, 2]);
    });
  });
}

/** @returns what it was rejected with; undefined when it was not */
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
