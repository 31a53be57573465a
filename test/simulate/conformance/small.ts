import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { QuotaLedger } from '#core';
import type { EndTurn } from '#queue';
import { until } from '../../integration/until.ts';

/** The ledger of paid requests, empty. */
export interface LedgerUnderTest extends QuotaLedger {
  close(): Promise<void>;
}

export function quotaLedgerConforms(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`the quota ledger of ${name}`, () => {
    let ledger: LedgerUnderTest;
    beforeEach(async () => {
      ledger = await open();
    });
    afterEach(() => ledger.close());

    it('adds requests up by tenant and minute, and tells them from a minute on', async () => {
      await ledger.add('acme', 100, 2);
      await ledger.add('acme', 99, 1);
      await ledger.add('acme', 100, 3);
      await ledger.add('other', 100, 9);
      expect(await ledger.since('acme', 99)).toEqual([
        { minute: 99, requests: 1 },
        { minute: 100, requests: 5 },
      ]);
      expect(await ledger.since('acme', 100)).toEqual([{ minute: 100, requests: 5 }]);
      expect(await ledger.since('acme', 101)).toEqual([]);
    });
  });
}

/** Turns of `longestMs`. */
export interface TurnsUnderTest {
  readonly longestMs: number;
  take(): Promise<EndTurn | undefined>;
  close(): Promise<void>;
}

export function turnsConform(name: string, open: () => Promise<TurnsUnderTest>): void {
  describe(`the planner's turn in ${name}`, () => {
    let turns: TurnsUnderTest;
    beforeEach(async () => {
      turns = await open();
    });
    afterEach(() => turns.close());

    it('is one at a time', async () => {
      const end = await turns.take();
      expect(await turns.take()).toBeUndefined();
      await end?.();
      expect(await turns.take()).toBeDefined();
    });

    it('is over by itself, and cannot be ended by the one who had it before', async () => {
      const end = await turns.take();
      const next = await until('the turn to be over', 10, () => turns.take());
      await end?.();
      expect(next).toBeDefined();
      expect(await turns.take()).toBeUndefined();
    });
  });
}
