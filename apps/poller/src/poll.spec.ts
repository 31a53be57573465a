import { describe, expect, it } from '@jest/globals';
import { emptyCursor, KnownSnapshots, read, type Changes, type Tick } from '#core';
import { resources } from '#resources';
import { poll, type PollPorts } from './poll.ts';
import { tickOf } from './tick.fixture.ts';

const body = {
  nightlyRechargeResults: [{ sleepResultDate: '2026-06-14', modified: '2026-06-14T06:00:00Z', ansStatus: 1 }],
};

function setup(overrides: Partial<PollPorts<string>> = {}) {
  const log: string[] = [];
  const recorded: { tick: Tick; changes: Changes }[] = [];
  const ports: PollPorts<string> = {
    polar: {
      fetch: async (tick, windows) => {
        log.push(`fetch ${windows.map(({ reason }) => reason).join(' ')}`);
        return windows.map((window) => read(tick.resource, window, body));
      },
      spent: () => 3,
    },
    snapshots: {
      of: async (_, fetched) => {
        log.push(`known of ${fetched.length}`);
        return new KnownSnapshots([]);
      },
    },
    record: async (tick, changes) => {
      log.push(`record ${changes.events.map(({ type }) => type).join(' ')}`);
      recorded.push({ tick, changes });
      return 'recorded';
    },
    ...overrides,
  };
  return { log, recorded, ports };
}

describe('poll', () => {
  const tick = tickOf(resources, 'nightly-recharge-results');

  it('plans, fetches, diffs and records, in this order', async () => {
    const { log, recorded, ports } = setup();
    expect(await poll(tick, ports)).toBe('recorded');
    expect(log).toEqual(['fetch listing', 'known of 1', 'record NightlyRechargeCalculated']);
    expect(recorded[0]?.tick).toBe(tick);
    expect(recorded[0]?.changes.cursor).toMatchObject({ listedAt: tick.at, listedOn: '2026-06-15' });
  });

  it('puts what it has cost and told to the account of its backfill', async () => {
    const { recorded, ports } = setup();
    const range = { from: '2026-05-04', to: '2026-06-20' };
    const backfill = { startedAt: '2026-06-01T10:00:00.000Z', ...range, requests: 4, counts: { SleepRecorded: 1 } };
    const cursor = { ...emptyCursor, remaining: range, backfill };
    await poll({ ...tick, kind: 'backfill', cursor }, ports);
    expect(recorded[0]?.changes.cursor.backfill).toEqual({
      ...backfill,
      requests: 7,
      counts: { NightlyRechargeCalculated: 1, SleepRecorded: 1 },
    });
  });

  it('records that nothing was found, too', async () => {
    const { log, ports } = setup();
    await poll({ ...tick, cursor: { ...emptyCursor, listedAt: tick.at } }, ports);
    expect(log).toEqual(['fetch ', 'known of 0', 'record ']);
  });

  it.each(['fetch', 'known', 'record'])('goes no further when %s fails', async (step) => {
    const fail = (): Promise<never> => Promise.reject(new Error(step));
    const { log, ports } = setup({
      ...(step === 'fetch' ? { polar: { fetch: fail, spent: () => 3 } } : {}),
      ...(step === 'known' ? { snapshots: { of: fail } } : {}),
      ...(step === 'record' ? { record: fail } : {}),
    });
    await expect(poll(tick, ports)).rejects.toThrow(step);
    expect(log.some((line) => line.startsWith('record'))).toBe(false);
    expect(log).toHaveLength(['fetch', 'known', 'record'].indexOf(step));
  });
});
