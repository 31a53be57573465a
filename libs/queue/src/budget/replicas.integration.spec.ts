import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { isBridgeError, type Budget, type QuotaLedger, type QuotaWindow } from '#core';
import { afterAll, describe, expect, it } from '@jest/globals';
import { fullest, slowLedger, testRedis, type Sent } from './budget.fixture.ts';
import { createBudget } from './budget.ts';

const connections = [testRedis(), testRedis()];
afterAll(() => connections.forEach((redis) => redis.disconnect()));

const now = () => performance.timeOrigin + performance.now();

function replicas(ledger: QuotaLedger, quota: readonly QuotaWindow[], maxRequestSeconds: number) {
  const keyPrefix = `test-${randomUUID()}`;
  const budgets = connections.map((redis) =>
    createBudget({ redis, ledger, quotaOf: () => quota, keyPrefix, now: Date.now, maxRequestSeconds }),
  );
  const lose = () => connections[0]?.del(`{${keyPrefix}:t}`);
  return { budgets, lose };
}

/** 64 callers that want to send for as long as `more` says so; what they sent is logged apart from any budget. */
async function demand(
  budgets: readonly Budget[],
  more: (sent: readonly Sent[]) => boolean,
  options: { crash?: number; most?: number } = {},
) {
  const sent: Sent[] = [];
  const { crash = 0, most = 2000 } = options;
  async function caller(budget: Budget): Promise<void> {
    while (more(sent)) {
      try {
        const permit = await budget.charge('t', 'refresh');
        const start = now();
        const request = { start, end: Infinity };
        sent.push(request);
        await delay(Math.random() * 15);
        request.end = now();
        if (Math.random() >= crash) void permit.settle();
      } catch (error) {
        // On a loaded machine paying may take so long that there is no permit, and nothing was sent.
        if (isBridgeError(error, 'BUDGET_UNAVAILABLE')) continue;
        if (!isBridgeError(error, 'BUDGET_EXHAUSTED')) throw error;
        const wait = (error.waitUntil ?? 0) - now();
        if (wait > most) return;
        await delay(Math.max(1, wait));
      }
    }
  }
  await Promise.all(Array.from({ length: 64 }, (_, i) => caller(budgets[i % budgets.length] as Budget)));
  return sent;
}

describe('64 callers on two replicas', () => {
  it('fill every window and never overfill one', async () => {
    const quota = [
      { requests: 150, seconds: 1 },
      { requests: 400, seconds: 4 },
    ];
    const { budgets } = replicas(slowLedger(3), quota, 1);
    const sent = await demand(budgets, ({ length }) => length < 900, { most: 10_000 });
    expect(fullest(sent, 1000)).toBe(150);
    expect(fullest(sent, 4000)).toBe(400);
  }, 60_000);

  it('never overfill one when some crash without a word', async () => {
    const quota = [{ requests: 100, seconds: 1 }];
    const { budgets } = replicas(slowLedger(3), quota, 1);
    const sent = await demand(budgets, ({ length }) => length < 400, { crash: 0.3, most: 10_000 });
    expect(fullest(sent, 1000)).toBeLessThanOrEqual(100);
  }, 60_000);

  it('never overfill one while the state is lost over and over', async () => {
    const quota = [
      { requests: 600, seconds: 2 },
      { requests: 900, seconds: 60 },
    ];
    const { budgets, lose } = replicas(slowLedger(4), quota, 1);
    let losses = 0;
    const sent = await demand(budgets, ({ length }) => {
      if (length >= (losses + 1) * 20 && losses < 20) {
        losses += 1;
        void lose();
      }
      return length < 900;
    });
    expect(losses).toBeGreaterThan(5);
    expect(fullest(sent, 2000)).toBeLessThanOrEqual(600);
    expect(fullest(sent, 60_000)).toBeLessThanOrEqual(900);
  }, 60_000);
});
