import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BridgeError } from '#core';
import type { PollHandler, PollJob } from '../../../libs/queue/src/poll-queue.ts';
import { uuidOf } from '../../simulator/random.ts';
import { until } from '../../integration/until.ts';

/** A queue of the test's own, and workers on it. */
export interface QueueUnderTest {
  add(jobs: readonly PollJob[]): Promise<void>;
  waiting(): Promise<number>;
  work(handler: PollHandler): void;
  close(): Promise<void>;
}

const jobOf = (connection: string): PollJob => ({
  connection,
  resource: 'walks',
  kind: 'live',
  tenant: 'acme',
  leaseToken: uuidOf(connection),
});

/** What the planner and the poll handler rely on. */
export function pollQueueConforms(name: string, open: () => Promise<QueueUnderTest>): void {
  describe(`the queue in ${name}`, () => {
    let queue: QueueUnderTest;
    beforeEach(async () => {
      queue = await open();
    });
    afterEach(() => queue.close());

    /** @param fail what the nth run of a job throws */
    const play = (fail: (run: number) => Error | undefined) => {
      const diary: string[] = [];
      queue.work({
        run: async ({ connection }) => {
          const run = diary.filter((line) => line === `run ${connection}`).length;
          diary.push(`run ${connection}`);
          const error = fail(run);
          if (error !== undefined) throw error;
          diary.push(`done ${connection}`);
        },
        delayed: async ({ connection }) => void diary.push(`delayed ${connection}`),
        failed: async ({ connection }) => void diary.push(`failed ${connection}`),
      });
      return diary;
    };
    const settled = (diary: readonly string[], last: string): Promise<unknown> =>
      until(last, 20, async () => diary.includes(last) && (await queue.waiting()) === 0);

    it('does each lease once, in the order of their coming', async () => {
      await queue.add([jobOf('a'), jobOf('b')]);
      await queue.add([jobOf('a'), jobOf('c')]);
      expect(await queue.waiting()).toBe(3);
      const diary = play(() => undefined);
      await settled(diary, 'done c');
      expect(diary.filter((line) => line.startsWith('run'))).toEqual(['run a', 'run b', 'run c']);
    });

    it('puts off what has to wait, however often', async () => {
      await queue.add([jobOf('a')]);
      const wait = new BridgeError('BUDGET_EXHAUSTED', 'later', { waitUntil: Date.now() + 150 });
      const diary = play((run) => (run < 4 ? wait : undefined));
      await settled(diary, 'done a');
      expect(diary).toEqual([...Array.from({ length: 4 }, () => ['run a', 'delayed a']).flat(), 'run a', 'done a']);
    });

    it('tries again what can be tried again, and gives up what cannot', async () => {
      await queue.add([jobOf('a'), jobOf('b')]);
      const [retry, drop] = [new BridgeError('PROVIDER_TIMEOUT', 'again'), new BridgeError('PROVIDER_REJECTED', 'no')];
      const diary = play((run) => (run === 0 ? retry : drop));
      await settled(diary, 'failed b');
      await settled(diary, 'failed a');
      expect(diary.toSorted()).toEqual(['failed a', 'failed b', 'run a', 'run a', 'run b', 'run b']);
    });
  });
}
