import type { Changes, Fetched, KnownSnapshots, Tick, Window } from '#core';
import type { OpenSpan, SpanFacts, SpanOptions } from '#platform';
import type { Dispatch } from '#polar';
import type { LeasedTarget } from '#store';
import type { PollPorts } from './poll.ts';

/** What a poll has done so far. */
export interface PollFacts {
  /** Characters of the answers' bodies. */
  readonly bytes: number;
  /** Facts that the answers tell, before it is known which of them are news. */
  readonly items: number;
  readonly fetchMs: number;
  readonly diffMs: number;
  readonly recordMs: number;
}

/** One poll from its lease to what became of it, as the log and a trace tell it. */
export interface PollTrace {
  /** W3C trace context of the poll: its events carry it. */
  readonly traceparent: string;
  end(outcome: string, facts: SpanFacts): void;
}

export interface PollStoryPorts {
  /** @returns undefined where nothing is traced */
  begin(name: string, options: SpanOptions): OpenSpan | undefined;
  /** A trace context, for polls that are not traced: their events tell at least which of them belong together. */
  traceparent(): string;
  /** Told of every answer, and of every request that got none: `status` is its class (`2xx`), or `none`. */
  answered(request: { readonly tenant: string; readonly status: string; readonly seconds: number }): void;
}

interface Story {
  bytes: number;
  items: number;
  fetchMs: number;
  diffMs: number;
  recordMs: number;
}

const fresh = (): Story => ({ bytes: 0, items: 0, fetchMs: 0, diffMs: 0, recordMs: 0 });

/** Gathers what polls do while they do it, by the ports that they go through. The sentence knows nothing of it. */
export class PollStories {
  readonly #ports: PollStoryPorts;
  readonly #stories = new WeakMap<object, Story>();

  constructor(ports: PollStoryPorts) {
    this.#ports = ports;
  }

  begin({ tenant, connection, resource, kind }: LeasedTarget): PollTrace {
    const span = this.#ports.begin('poll', { facts: { tenant, connection, resource, kind } });
    return {
      traceparent: span?.traceparent ?? this.#ports.traceparent(),
      end: (outcome, facts) => span?.end({ ...facts, outcome }, isFailure(outcome) ? outcome : undefined),
    };
  }

  of(tick: Tick): PollFacts {
    const { bytes, items, fetchMs, diffMs, recordMs } = this.#of(tick);
    return { bytes, items, fetchMs: whole(fetchMs), diffMs: whole(diffMs), recordMs: whole(recordMs) };
  }

  /** The ports of the sentence, measured. What lies between the known snapshots and the record is the diff. */
  around<Outcome>(ports: PollPorts<Outcome>): PollPorts<Outcome> {
    const diffFrom = new WeakMap<Tick, number>();
    return {
      polar: {
        spent: (tick) => ports.polar.spent(tick),
        fetch: (tick, windows) => this.#fetch(ports, tick, windows),
      },
      snapshots: {
        of: async (tick, fetched): Promise<KnownSnapshots> => {
          const known = await ports.snapshots.of(tick, fetched);
          diffFrom.set(tick, performance.now());
          return known;
        },
      },
      record: (tick, changes) => this.#record(ports, tick, changes, diffFrom.get(tick)),
    };
  }

  /** Sends, with a span for each request: without its path, which may name what an athlete has. */
  dispatch(next: Dispatch): Dispatch {
    return async (request) => {
      const { tenant, resource, purpose = '', url } = request;
      const poll = request.poll as Tick | undefined;
      const start = performance.now();
      const span = this.#ports.begin('provider request', {
        kind: 'client',
        ...(poll !== undefined && { parent: poll.traceparent }),
        facts: { tenant, resource, purpose, 'server.address': url.host, 'http.request.method': 'GET' },
      });
      try {
        const response = await next(request);
        const { status, body } = response;
        this.#answered(tenant, start, `${Math.floor(status / 100)}xx`);
        if (poll !== undefined) this.#of(poll).bytes += body.length;
        span?.end(
          { 'http.response.status_code': status, 'http.response.body.size': body.length },
          status >= 400 && status !== 404 ? String(status) : undefined,
        );
        return response;
      } catch (error) {
        this.#answered(tenant, start, 'none');
        span?.end({}, codeOf(error));
        throw error;
      }
    };
  }

  #answered(tenant: string, start: number, status: string): void {
    this.#ports.answered({ tenant, status, seconds: (performance.now() - start) / 1000 });
  }

  async #fetch(
    { polar }: Pick<PollPorts<unknown>, 'polar'>,
    tick: Tick,
    windows: readonly Window[],
  ): Promise<readonly Fetched[]> {
    const story = this.#of(tick);
    const start = performance.now();
    try {
      const fetched = await polar.fetch(tick, windows);
      story.items = fetched.reduce((sum, { facts }) => sum + facts.length, 0);
      return fetched;
    } finally {
      story.fetchMs = performance.now() - start;
    }
  }

  async #record<Outcome>(
    ports: PollPorts<Outcome>,
    tick: Tick,
    changes: Changes,
    diffFrom: number | undefined,
  ): Promise<Outcome> {
    const story = this.#of(tick);
    const start = performance.now();
    story.diffMs = start - (diffFrom ?? start);
    const span = this.#ports.begin('record', { parent: tick.traceparent, facts: { events: changes.events.length } });
    let failure: string | undefined;
    try {
      return await ports.record(tick, changes);
    } catch (error) {
      failure = codeOf(error);
      throw error;
    } finally {
      story.recordMs = performance.now() - start;
      span?.end({}, failure);
    }
  }

  #of(tick: object): Story {
    const known = this.#stories.get(tick) ?? fresh();
    this.#stories.set(tick, known);
    return known;
  }
}

const whole = Math.round;

/** Who waits for a provider that is away, for the quota, or for the tenant to be back, has not failed. */
const waits: ReadonlySet<string> = new Set(['BREAKER_OPEN', 'BUDGET_EXHAUSTED', 'TENANT_NOT_SERVED']);

/** Outcomes in capitals are codes of errors. */
const isFailure = (outcome: string): boolean => /^[A-Z]/.test(outcome) && !waits.has(outcome);

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'UNEXPECTED';
}
