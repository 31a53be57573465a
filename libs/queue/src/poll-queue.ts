import { DelayedError, Queue, UnrecoverableError, Worker, type ConnectionOptions, type Job } from 'bullmq';
import { isBridgeError, type TargetKind } from '#core';

/** One leased target, on its way to a worker. */
export interface PollJob {
  readonly connection: string;
  readonly resource: string;
  readonly kind: TargetKind;
  readonly tenant: string;
  readonly leaseToken: string;
}

export interface PollQueueOptions {
  /** `redis://` or `rediss://` */
  readonly url: string;
  /** Keys begin with it. */
  readonly prefix: string;
  readonly onError?: (error: Error) => void;
}

/** What a worker does with a job. */
export interface PollHandler {
  /**
   * @param waitedMs since the job was planned, by the clocks of who planned it and of this process
   * @throws BridgeError `wait`: delayed without using up a try; `retry`: tried again; anything else: given up
   */
  run(job: PollJob, waitedMs: number): Promise<void>;
  /** Called before a job is put off until the given moment (epoch ms). */
  delayed(job: PollJob, until: number): Promise<void>;
  /** Called when no try is left. */
  failed(job: PollJob, error: unknown): Promise<void>;
}

const queueName = 'poll';
const tries = 3;

/** @param made how many tries were made @returns the pause before the next one, in ms */
export const pauseAfterTry = (made: number): number => 1000 * 2 ** made;

export interface PollQueue {
  /**
   * Adding the same lease twice is adding it once. Jobs are done in the order of their coming: the planner decides what goes
   * first, and what it has leased must not wait until the lease is over.
   */
  add(jobs: readonly PollJob[]): Promise<void>;
  /** Jobs that a worker could take now: not those that wait for the quota or for another try. */
  waiting(): Promise<number>;
  close(): Promise<void>;
}

export function createPollQueue(options: PollQueueOptions): PollQueue {
  const queue = new Queue<PollJob>(queueName, { connection: connectionOf(options.url), prefix: options.prefix });
  queue.on('error', (error) => options.onError?.(error));
  return {
    async add(jobs) {
      if (jobs.length === 0) return;
      await queue.addBulk(
        jobs.map((job) => ({
          name: job.resource,
          data: job,
          opts: {
            jobId: job.leaseToken,
            attempts: tries,
            backoff: { type: 'growing' },
            removeOnComplete: true,
            removeOnFail: true,
          },
        })),
      );
    },
    async waiting() {
      const counts = await queue.getJobCounts('waiting', 'prioritized');
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
    close: () => queue.close(),
  };
}

export interface PollWorker {
  /** Takes no new job and waits for those under way. */
  drain(): Promise<void>;
}

export function startPollWorker(
  options: PollQueueOptions & {
    readonly concurrency: number;
    readonly handler: PollHandler;
    readonly now: () => number;
  },
): PollWorker {
  const { handler, now } = options;
  const worker = new Worker<PollJob>(queueName, (job, token) => work(handler, now, job, token), {
    connection: connectionOf(options.url),
    prefix: options.prefix,
    concurrency: options.concurrency,
    settings: { backoffStrategy: pauseAfterTry },
  });
  worker.on('error', (error) => options.onError?.(error));
  return { drain: () => worker.close() };
}

/**
 * Does a job, and tells the queue by what it throws what is to become of it.
 * @throws DelayedError when it is put off, UnrecoverableError when it is given up; anything else: it is tried again
 */
export async function work(
  handler: PollHandler,
  now: () => number,
  job: Pick<Job<PollJob>, 'data' | 'attemptsMade' | 'moveToDelayed' | 'timestamp'>,
  token: string | undefined,
): Promise<void> {
  try {
    await handler.run(job.data, now() - job.timestamp);
  } catch (error) {
    if (isBridgeError(error) && error.disposition === 'wait') {
      const until = Math.max(error.waitUntil ?? 0, now() + 100);
      await handler.delayed(job.data, until);
      await job.moveToDelayed(until, token);
      throw new DelayedError();
    }
    const retriable = isBridgeError(error) && error.disposition === 'retry' && job.attemptsMade + 1 < tries;
    if (retriable) throw error;
    await handler.failed(job.data, error);
    throw new UnrecoverableError(error instanceof Error ? error.message : String(error));
  }
}

/** A worker asks for a job for 10 s at most; who has no answer for so long has lost his connection. */
const longestSilenceMs = 30_000;

/** BullMQ's workers wait without end in one command, so they need connections that never give up. */
function connectionOf(url: string): ConnectionOptions {
  return { url, maxRetriesPerRequest: null, keepAlive: 10_000, socketTimeout: longestSilenceMs };
}
