import { describe, expect, it } from '@jest/globals';
import { BridgeError, KnownSnapshots, read, type Tick } from '#core';
import type { SpanFacts, SpanOptions } from '#platform';
import type { Dispatch } from '#polar';
import { resources } from '#resources';
import { poll } from './poll.ts';
import { PollStories } from './poll-story.ts';
import { tickOf } from './tick.fixture.ts';

const body = {
  nightlyRechargeResults: [{ sleepResultDate: '2026-06-14', modified: '2026-06-14T06:00:00Z', ansStatus: 1 }],
};
const sleeper = tickOf(resources, 'nightly-recharge-results');
const target = { connection: 'c1', resource: 'sleeps', kind: 'live' as const, tenant: 'acme', leaseToken: 'lease' };

/** A request as the client sends it: with the athlete's access token. */
const request = (tick: Tick): Parameters<Dispatch>[0] => ({
  tenant: 'acme',
  connection: 'c1',
  resource: tick.resource.name,
  url: new URL('https://api.example/v4/data/exercises/secret-name?from=2026-06-01'),
  lane: 'hot',
  purpose: 'listing',
  poll: tick,
  headers: { authorization: 'Bearer very-secret' },
});

interface Ended extends SpanOptions {
  readonly name: string;
  readonly at: SpanFacts | undefined;
  readonly failure: string | undefined;
}

function setup(isOn = true) {
  const spans: Ended[] = [];
  const answers: string[] = [];
  const stories = new PollStories({
    begin: (name, options) =>
      isOn
        ? { traceparent: 'of-span', end: (at, failure) => spans.push({ name, ...options, at, failure }) }
        : undefined,
    traceparent: () => 'of-its-own',
    answered: ({ tenant, status }) => answers.push(`${tenant} ${status}`),
  });
  return { stories, spans, answers };
}

const answering =
  (status: number, text: string): Dispatch =>
  () =>
    Promise.resolve({ status, headers: {}, body: text });

describe('the story of a poll', () => {
  it('has what was fetched and recorded, and how long its parts took', async () => {
    const { stories, spans, answers } = setup();
    const send = stories.dispatch(answering(200, JSON.stringify(body)));
    const ports = stories.around({
      polar: {
        fetch: async (tick, windows) => {
          await send(request(tick));
          return windows.map((window) => read(tick.resource, window, body));
        },
        spent: () => 1,
      },
      snapshots: { of: async () => new KnownSnapshots([]) },
      record: async () => 'recorded',
    });
    expect(await poll(sleeper, ports)).toBe('recorded');
    const facts = stories.of(sleeper);
    expect(facts).toMatchObject({ bytes: JSON.stringify(body).length, items: 2 });
    for (const time of [facts.fetchMs, facts.diffMs, facts.recordMs]) expect(Number.isInteger(time)).toBe(true);
    expect(answers).toEqual(['acme 2xx']);
    expect(spans.map(({ name, parent }) => [name, parent])).toEqual([
      ['provider request', sleeper.traceparent],
      ['record', sleeper.traceparent],
    ]);
    expect(spans[0]?.at).toEqual({ 'http.response.status_code': 200, 'http.response.body.size': facts.bytes });
    expect(spans[1]?.facts).toEqual({ events: 1 });
  });

  it('holds no token, and no path that may name what an athlete has', async () => {
    const { stories, spans } = setup();
    await stories.dispatch(answering(500, 'oh'))(request(sleeper));
    expect(spans[0]).toMatchObject({ failure: '500', kind: 'client', facts: { 'server.address': 'api.example' } });
    expect(JSON.stringify(spans)).not.toMatch(/secret|Bearer|exercises/);
  });

  it('knows that no answer came, and fails as it does', async () => {
    const { stories, spans, answers } = setup();
    const send = stories.dispatch(() => Promise.reject(new BridgeError('PROVIDER_TIMEOUT', 'late')));
    await expect(send(request(sleeper))).rejects.toThrow('late');
    expect(spans[0]?.failure).toBe('PROVIDER_TIMEOUT');
    expect(answers).toEqual(['acme none']);
  });

  it('gives events the context of its span, and without spans one of their own', () => {
    expect(setup().stories.begin(target).traceparent).toBe('of-span');
    const { stories, spans } = setup(false);
    const trace = stories.begin(target);
    trace.end('changed', {});
    expect(trace.traceparent).toBe('of-its-own');
    expect(spans).toEqual([]);
  });

  it.each([
    ['changed', undefined],
    ['lease_lost', undefined],
    ['BREAKER_OPEN', undefined],
    ['BUDGET_EXHAUSTED', undefined],
    ['PROVIDER_TIMEOUT', 'PROVIDER_TIMEOUT'],
  ])('that ended as %s has failed with %s', (outcome, failure) => {
    const { stories, spans } = setup();
    stories.begin(target).end(outcome, { requests: 2 });
    expect(spans[0]).toMatchObject({ name: 'poll', failure, at: { outcome, requests: 2 } });
  });
});
