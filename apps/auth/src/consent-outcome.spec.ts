import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type ConsentOutcome, answerTo } from './consent-outcome.ts';
import { type ConsentFailure, failureWords } from './consent-words.ts';
import type { ConnectLink } from './ports.ts';

const returnUrl = 'https://app.example/done?from=polar';
const tenant = { name: 'Acme Sleep Lab', returnUrls: [returnUrl] };
const link: ConnectLink = {
  id: 'l1',
  tenant: 'acme',
  userReference: 'user-1',
  scopes: [],
  returnUrl,
  expiresAt: new Date(0),
  usedAt: null,
};
const connected: ConsentOutcome = { kind: 'connected', link, connection: 'c1' };
const failures = Object.keys(failureWords) as ConsentFailure[];

describe('answerTo', () => {
  it('sends the athlete back with the result, and keeps what the URL has', () => {
    expect(answerTo(connected, tenant)).toEqual({
      kind: 'redirect',
      url: 'https://app.example/done?from=polar&connection=c1&status=connected',
    });
    expect(answerTo({ kind: 'failed', failure: 'access_denied', link }, tenant)).toEqual({
      kind: 'redirect',
      url: 'https://app.example/done?from=polar&error=access_denied&status=failed',
    });
  });

  it("shows a page in the tenant's name where there is no return URL, or none any more", () => {
    const good = { kind: 'good', tenant: 'Acme Sleep Lab', text: expect.stringContaining('Acme Sleep Lab') };
    const without = { ...connected, link: { ...link, returnUrl: null } };
    expect(answerTo(without, tenant)).toMatchObject({ kind: 'page', status: 200, page: good });
    expect(answerTo(connected, { ...tenant, returnUrls: ['https://app.example/other'] })).toMatchObject({ page: good });
    expect(answerTo({ kind: 'failed', failure: 'state_unknown' })).toMatchObject({
      kind: 'page',
      status: 400,
      page: { kind: 'bad', tenant: null, code: 'state_unknown', again: null },
    });
  });

  it('offers another try where the link still works', () => {
    const denied: ConsentOutcome = { kind: 'failed', failure: 'access_denied' };
    expect(answerTo(denied, tenant, 'https://connect.example/connect/x')).toMatchObject({
      page: { again: 'https://connect.example/connect/x' },
    });
  });
});

describe('the words for a failure', () => {
  it.each(failures)('%s: an error status, a short title, what happened and what to do', (failure) => {
    const { status, title, text, next } = failureWords[failure];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title.length).toBeLessThan(45);
    for (const sentence of [text, next]) expect(sentence).toMatch(/^[A-Z].{15,}\.$/);
    expect(`${title} ${text} ${next}`).not.toMatch(/OAuth|token|state|client|server|scope|_/i);
  });

  it('stand in the guide for operators', () => {
    const rows = [...readFileSync('docs/consent.md', 'utf8').matchAll(/^\| `(\w+)` \| (\d+) \| ([^|]+) \|/gm)];
    const told = Object.fromEntries(rows.map(([, code, status, title]) => [code, [Number(status), title]]));
    const known = failures.map((failure) => [failure, [failureWords[failure].status, failureWords[failure].title]]);
    expect(told).toEqual(Object.fromEntries(known));
  });

  it('are all different', () => {
    expect(new Set(failures.map((failure) => failureWords[failure].title)).size).toBe(failures.length);
  });
});
