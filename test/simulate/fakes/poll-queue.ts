import { DelayedError, UnrecoverableError } from 'bullmq';
import { pauseAfterTry, work, type PollHandler, type PollJob } from '../../../libs/queue/src/poll-queue.ts';

/** How long a job is a worker's that does not say that it is at it. */
const lockMs = 30_000;

interface Job {
  readonly data: PollJob;
  attemptsMade: number;
  stalled: number;
  /** Waits, is put off until `at`, or is done by somebody who has this token. */
  state: 'waiting' | 'delayed' | 'active';
  at: number;
  token: number;
}

/** A job in a worker's hands. */
export interface Taken {
  readonly data: PollJob;
  readonly attemptsMade: number;
  readonly token: number;
}

/** BullMQ's queue as Redis keeps it: at least once, with locks that run out. */
export class MemoryQueue {
  readonly #now: () => number;
  readonly #jobs = new Map<string, Job>();
  readonly #takers: ((job: Taken) => boolean)[] = [];
  #tokens = 0;
  #isDoubling = false;

  /** @param now epoch ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  flush(): void {
    this.#jobs.clear();
  }

  add(jobs: readonly PollJob[]): void {
    for (const data of jobs)
      if (!this.#jobs.has(data.leaseToken))
        this.#jobs.set(data.leaseToken, { data, attemptsMade: 0, stalled: 0, state: 'waiting', at: 0, token: 0 });
    this.look();
  }

  waiting(): number {
    return [...this.#jobs.values()].filter(({ state }) => state === 'waiting').length;
  }

  /** @param taker gets the next job; says whether it is still there to do it */
  take(taker: (job: Taken) => boolean): void {
    this.#takers.push(taker);
    this.look();
  }

  /** Hands out what can be done by now. @returns epoch ms at which to look again */
  look(): number {
    const now = this.#now();
    for (const [id, job] of this.#jobs) {
      if (job.state === 'delayed' && job.at <= now) job.state = 'waiting';
      if (job.state === 'active' && job.at <= now) this.#stall(id, job);
      while (job.state === 'waiting' && this.#takers.length > 0) this.#give(job);
    }
    return Math.min(...[...this.#jobs.values()].flatMap(({ state, at }) => (state === 'waiting' ? [] : [at])));
  }

  /** The next job that is handed out is handed out twice, as when its first worker is taken for dead. */
  duplicateNext(): void {
    this.#isDoubling = true;
  }

  /** Says that a worker is still at it. */
  renew({ data, token }: Taken): void {
    const job = this.#own(data, token);
    if (job !== undefined) job.at = this.#now() + lockMs;
  }

  done({ data, token }: Taken): void {
    if (this.#own(data, token) !== undefined) this.#jobs.delete(data.leaseToken);
  }

  /** @param at epoch ms */
  putOff({ data, token }: Taken, at: number, attemptsMade: number): void {
    const job = this.#own(data, token);
    if (job === undefined) return;
    job.state = 'delayed';
    job.at = at;
    job.attemptsMade = attemptsMade;
  }

  #own(data: PollJob, token: number): Job | undefined {
    const job = this.#jobs.get(data.leaseToken);
    return job?.state === 'active' && job.token === token ? job : undefined;
  }

  /** BullMQ lets a job stall once. */
  #stall(id: string, job: Job): void {
    job.stalled += 1;
    if (job.stalled > 1) this.#jobs.delete(id);
    else job.state = 'waiting';
  }

  #give(job: Job): void {
    this.#tokens += 1;
    const taken = { data: job.data, attemptsMade: job.attemptsMade, token: this.#tokens };
    if (this.#takers.shift()?.(taken) !== true) return;
    job.state = 'active';
    job.token = taken.token;
    job.at = this.#now() + lockMs;
    if (!this.#isDoubling) return;
    this.#isDoubling = false;
    job.state = 'waiting';
  }
}

/** What the worker asks of the queue, over the wire. */
export interface QueueWire {
  take(): Promise<Taken>;
  renew(job: Taken): Promise<void>;
  done(job: Taken): Promise<void>;
  putOff(job: Taken, at: number, attemptsMade: number): Promise<void>;
}

/** BullMQ's worker around the product's own `work`, one job at a time. */
export async function workForEver(wire: QueueWire, handler: PollHandler, now: () => number): Promise<never> {
  for (;;) {
    const taken = await wire.take();
    const heartbeat = setInterval(() => void wire.renew(taken).catch(() => undefined), lockMs / 2);
    try {
      await workOnce(wire, handler, now, taken);
    } catch {
      // What became of the job could not be told: its lock runs out, and it is delivered again.
    } finally {
      clearInterval(heartbeat);
    }
  }
}

async function workOnce(wire: QueueWire, handler: PollHandler, now: () => number, taken: Taken): Promise<void> {
  const { data, attemptsMade } = taken;
  const job = {
    data,
    attemptsMade,
    timestamp: now(),
    moveToDelayed: (until: number) => wire.putOff(taken, until, attemptsMade),
  };
  try {
    await work(handler, now, job, String(taken.token));
  } catch (error) {
    if (error instanceof DelayedError) return;
    if (!(error instanceof UnrecoverableError)) {
      const made = attemptsMade + 1;
      return wire.putOff(taken, now() + pauseAfterTry(made), made);
    }
  }
  return wire.done(taken);
}
