import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Queue, Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { BridgeError, type TargetKind } from '#core';
import { createPollQueue, startPollWorker, type PollHandler, type PollJob, type PollQueue } from './poll-queue.ts';

/** A far moment, so that what waits for it comes only when a test lets it. */
const later = 4_000_000_000_000;

let url: string;
let prefix: string;
let queue: PollQueue;
/** The same queue as BullMQ and Redis see it. */
let inside: Queue<PollJob>;
let redis: Redis;
let closing: (() => Promise<unknown>)[];

beforeEach(async () => {
  // oxlint-disable-next-line node/no-process-env -- an integration test is configured by its environment
  const server = process.env['REDIS_URL'];
  if (server === undefined) throw new Error('REDIS_URL is not set: jest starts the services in its global setup');
  // A database of its own, which a test may flush while other test files work on theirs.
  const own = new URL(server);
  own.pathname = '/7';
  url = own.href;
  prefix = `test-${randomUUID()}`;
  queue = createPollQueue({ url, prefix });
  inside = new Queue('poll', { connection: { url, maxRetriesPerRequest: null }, prefix });
  redis = new Redis(url);
  closing = [() => queue.close(), () => inside.close(), () => Promise.resolve(redis.disconnect())];
  await inside.waitUntilReady();
});

afterEach(async () => {
  for (const close of closing.toReversed()) await close();
});

const jobOf = (connection: string, kind: TargetKind = 'live'): PollJob => ({
  connection,
  resource: 'walks',
  kind,
  tenant: 'acme',
  leaseToken: randomUUID(),
});

/** Lets a test wait for the nth thing that happened. */
class Diary {
  readonly entries: string[] = [];
  #waiting: (() => void)[] = [];

  write(entry: string): void {
    this.entries.push(entry);
    for (const tell of this.#waiting.splice(0)) tell();
  }

  async reached(count: number): Promise<readonly string[]> {
    while (this.entries.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.entries;
  }
}

/** A worker whose polls do what the test says; everything that it is told stands in the diary. */
function work(run: (job: PollJob) => Promise<void> | void = () => undefined, concurrency = 1) {
  const diary = new Diary();
  const told: { until: number; error: unknown }[] = [];
  const handler: PollHandler = {
    async run(job) {
      diary.write(job.connection);
      await run(job);
    },
    delayed(job, until) {
      told.push({ until, error: undefined });
      diary.write(`${job.connection} delayed`);
      return Promise.resolve();
    },
    failed(job, error) {
      told.push({ until: 0, error });
      diary.write(`${job.connection} failed`);
      return Promise.resolve();
    },
  };
  const worker = startPollWorker({ url, prefix, concurrency, handler, now: () => Date.now() });
  closing.push(() => worker.drain());
  return { diary, told, worker };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await redis.ping();
}

/** Jobs that are not finished, whatever they wait for. */
const unfinished = async (): Promise<number> =>
  Object.values(await inside.getJobCounts('active', 'waiting', 'prioritized', 'delayed')).reduce(
    (sum, n) => sum + n,
    0,
  );

const empty = () => until(async () => (await unfinished()) === 0);

async function delayed(): Promise<Job<PollJob>> {
  await until(async () => (await inside.getDelayedCount()) === 1);
  const [job] = await inside.getDelayed();
  if (job === undefined) throw new Error('the delayed job is gone');
  return job;
}

describe('adding', () => {
  it('the same lease twice is adding it once', async () => {
    const job = jobOf('a');
    await queue.add([job, job]);
    await Promise.all([queue.add([job]), queue.add([job])]);
    expect(await unfinished()).toBe(1);
    await queue.add([jobOf('a')]);
    expect(await unfinished()).toBe(2);
    const { diary } = work();
    await empty();
    expect(diary.entries).toEqual(['a', 'a']);
  });

  it('the same lease again is no second poll while the first one runs or waits', async () => {
    const job = jobOf('a');
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const { diary } = work(async () => {
      await released;
      if (diary.entries.length === 1) throw new BridgeError('BUDGET_EXHAUSTED', 'later', { waitUntil: later });
    });
    await queue.add([job]);
    await diary.reached(1);
    await queue.add([job]);
    expect(await unfinished()).toBe(1);
    release();
    await diary.reached(2);
    await delayed();
    await queue.add([job]);
    expect(await unfinished()).toBe(1);
  });

  it('nothing is no trip to Redis', async () => {
    await queue.close();
    await expect(queue.add([])).resolves.toBeUndefined();
  });

  it('tells how many wait for a worker: not those that run or wait for a moment', async () => {
    const { diary } = work((job) => {
      if (job.connection === 'later') throw new BridgeError('BUDGET_EXHAUSTED', 'later', { waitUntil: later });
      return new Promise((resolve) => closing.push(() => Promise.resolve(resolve())));
    });
    await queue.add([jobOf('later')]);
    await delayed();
    await queue.add([jobOf('running')]);
    await diary.reached(3);
    await queue.add([jobOf('waiting'), jobOf('waiting', 'backfill')]);
    expect([await queue.waiting(), await unfinished()]).toEqual([2, 4]);
  });
});

it('the order is that of their coming, so that no lease ends before its job is done', async () => {
  await queue.add([jobOf('old 1', 'backfill'), jobOf('live 1')]);
  await queue.add([jobOf('old 2', 'backfill'), jobOf('live 2')]);
  const { diary } = work();
  expect(await diary.reached(4)).toEqual(['old 1', 'live 1', 'old 2', 'live 2']);
});

describe('a poll that has to wait', () => {
  it.each(['BUDGET_EXHAUSTED', 'PROVIDER_RATE_LIMITED'] as const)(
    'for %s is put off until the moment that the error names',
    async (code) => {
      const job = jobOf('a');
      await queue.add([job]);
      const { diary, told } = work(() => {
        throw new BridgeError(code, 'later', { waitUntil: later });
      });
      const put = await delayed();
      expect(diary.entries).toEqual(['a', 'a delayed']);
      expect(told).toMatchObject([{ until: later }]);
      expect(put.data).toEqual(job);
      const score = await redis.zscore(`${prefix}:poll:delayed`, job.leaseToken);
      // BullMQ keeps the moment in the upper bits, the order of jobs of one moment in the lower twelve.
      expect(Math.floor(Number(score) / 4096)).toBe(later);
    },
  );

  it('uses up no try, however often it waits', async () => {
    await queue.add([jobOf('a')]);
    const { diary } = work(() => {
      const waits = diary.entries.filter((entry) => entry === 'a').length <= 5;
      throw waits
        ? new BridgeError('BUDGET_EXHAUSTED', 'later', { waitUntil: later })
        : new BridgeError('PROVIDER_TIMEOUT', 'too slow');
    });
    for (let turn = 1; turn <= 5; turn += 1) {
      await diary.reached(2 * turn);
      const job = await delayed();
      expect(job.attemptsMade).toBe(0);
      await job.promote();
    }
    // All three tries are left now.
    for (let turn = 1; turn <= 2; turn += 1) {
      await diary.reached(10 + turn);
      const job = await delayed();
      expect(job.attemptsMade).toBe(turn);
      await job.promote();
    }
    expect((await diary.reached(14)).slice(10)).toEqual(['a', 'a', 'a', 'a failed']);
    await empty();
  });
});

describe('a poll that fails', () => {
  it('is tried three times when that may help, and given up then', async () => {
    await queue.add([jobOf('a')]);
    const error = new BridgeError('PROVIDER_UNAVAILABLE', 'answered 503');
    const { diary, told } = work(() => {
      throw error;
    });
    for (let turn = 1; turn <= 2; turn += 1) {
      await diary.reached(turn);
      await (await delayed()).promote();
    }
    expect(await diary.reached(4)).toEqual(['a', 'a', 'a', 'a failed']);
    expect(told).toEqual([{ until: 0, error }]);
    await empty();
    expect(await inside.getFailedCount()).toBe(0);
  });

  it('is tried again after a pause that grows', async () => {
    await queue.add([jobOf('a')]);
    const { diary } = work(() => {
      throw new BridgeError('PROVIDER_UNAVAILABLE', 'answered 503');
    });
    const pauses: number[] = [];
    for (let turn = 1; turn <= 2; turn += 1) {
      await diary.reached(turn);
      const job = await delayed();
      pauses.push(job.delay);
      await job.promote();
    }
    expect(pauses).toEqual([2000, 4000]);
    await diary.reached(4);
  });

  it.each([
    ['is a bug', new BridgeError('PROVIDER_SCHEMA_UNKNOWN', 'what is this')],
    ['is to be dropped', new BridgeError('PROVIDER_REJECTED', 'no')],
    ['nobody foresaw', new TypeError('x is not a function')],
  ])('is given up at once when the error %s', async (_, error) => {
    await queue.add([jobOf('a')]);
    const { diary, told } = work(() => {
      throw error;
    });
    expect(await diary.reached(2)).toEqual(['a', 'a failed']);
    expect(told).toEqual([{ until: 0, error }]);
    await empty();
  });

  it('leaves nothing behind, so that the next lease starts afresh', async () => {
    const job = jobOf('a');
    await queue.add([job]);
    let fails = true;
    const { diary } = work(() => {
      if (fails) throw new BridgeError('PROVIDER_REJECTED', 'no');
    });
    await diary.reached(2);
    await empty();
    fails = false;
    await queue.add([job]);
    expect(await diary.reached(3)).toEqual(['a', 'a failed', 'a']);
    await empty();
  });
});

describe('a loss of Redis', () => {
  it('loses only what waited: what is added afterwards is worked on by the same worker', async () => {
    const { diary } = work();
    await queue.add([jobOf('before')]);
    await diary.reached(1);
    await empty();
    await inside.pause();
    await queue.add([jobOf('lost 1'), jobOf('lost 2', 'backfill')]);
    expect(await unfinished()).toBe(2);
    await redis.flushdb();
    expect(await unfinished()).toBe(0);

    const again = jobOf('after');
    await queue.add([again]);
    expect(await diary.reached(2)).toEqual(['before', 'after']);
    await empty();
  });

  it('in the middle of a poll lets it end, and its lease be queued again', async () => {
    const job = jobOf('a');
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const { diary } = work(() => released);
    await queue.add([job]);
    await diary.reached(1);
    await redis.flushdb();
    release();
    await queue.add([job]);
    expect(await diary.reached(2)).toEqual(['a', 'a']);
    await empty();
  });

  it('of the connection is survived by queue and worker', async () => {
    const { diary } = work();
    await queue.add([jobOf('before')]);
    await diary.reached(1);
    // Every connection to this server's database 7 is one of this test.
    for (const line of String(await redis.client('LIST')).split('\n')) {
      const id = /^id=(\d+) .* db=7 /.exec(line)?.[1];
      if (id !== undefined && Number(id) !== (await redis.client('ID'))) await redis.client('KILL', 'ID', id);
    }
    await queue.add([jobOf('after')]);
    expect(await diary.reached(2)).toEqual(['before', 'after']);
  });
});

describe('draining', () => {
  it('waits for the poll under way and takes no new one', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    // There is room for a second one.
    const { diary, worker } = work(async ({ connection }) => {
      await released;
      diary.write(`${connection} done`);
    }, 2);
    await queue.add([jobOf('running')]);
    await diary.reached(1);
    const drained = worker.drain().then(() => diary.write('drained'));
    await queue.add([jobOf('left')]);
    // What is not over by now waits for the poll: the worker has had many trips to Redis to take the next one.
    for (let trip = 0; trip < 50; trip += 1) await redis.ping();
    expect(diary.entries).toEqual(['running']);
    release();
    await drained;
    expect(diary.entries).toEqual(['running', 'running done', 'drained']);
    expect(await unfinished()).toBe(1);

    const successor = work();
    expect(await successor.diary.reached(1)).toEqual(['left']);
  });
});

describe('a worker that crashed', () => {
  it('leaves its job to another one', async () => {
    const job = jobOf('a');
    await queue.add([job]);
    // It takes the job and says no more; BullMQ gives its sign of life half a minute, which nobody wants to wait for.
    const connection = { url, maxRetriesPerRequest: null };
    const quick = { connection, prefix, autorun: false, lockDuration: 50, stalledInterval: 50 };
    const crashed = new Worker<PollJob>('poll', null, quick);
    const taken = await crashed.getNextJob('crashed');
    expect(taken).toMatchObject({ data: job });
    await crashed.close(true);

    // All workers share one check for lost jobs; the next one would have to wait for the interval of the one before.
    const watch = new Worker<PollJob>('poll', null, quick);
    closing.push(() => watch.close(true));
    await watch.startStalledCheckTimer();
    await until(async () => (await queue.waiting()) === 1);

    const { diary } = work();
    expect(await diary.reached(1)).toEqual(['a']);
    await empty();
  });
});
