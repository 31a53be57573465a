import { describe, expect, it } from '@jest/globals';
import type { Drift } from '#core';
import type { AppLogger } from '#platform';
import { resources } from '#resources';
import { createDriftMonitor } from './drift-monitor.ts';
import { tickOf } from './tick.fixture.ts';

const drift: Drift = { path: 'sleepScore.mood', kind: 'unknown_field', found: 'string' };

function setup(note: (times: number) => Promise<boolean>) {
  const lines: string[] = [];
  const told = (level: string) => (message: string) => lines.push(`${level} ${message}`);
  let noted = 0;
  let counted = 0;
  const monitor = createDriftMonitor({
    note: () => note((noted += 1)),
    count: () => void (counted += 1),
    log: { error: told('error'), warn: told('warn') } as unknown as AppLogger,
  });
  const see = async (...drifts: readonly Drift[]): Promise<void> => {
    monitor(tickOf(resources, 'sleeps'), drifts);
    await new Promise(setImmediate);
  };
  return { see, lines, noted: () => noted, counted: () => counted };
}

describe('the drift monitor', () => {
  it('counts every deviation, notes each once, and raises an alarm for what is new to all', async () => {
    const monitor = setup(async () => true);
    await monitor.see(drift, { ...drift, found: 'number' });
    await monitor.see(drift);
    expect([monitor.counted(), monitor.noted()]).toEqual([3, 2]);
    expect(monitor.lines).toEqual(['error provider schema drift', 'error provider schema drift']);
  });

  it('is silent about what another process has noted', async () => {
    const monitor = setup(async () => false);
    await monitor.see(drift);
    expect(monitor.lines).toEqual([]);
  });

  it('stands in the way of nothing when it can not note, and tries again', async () => {
    const monitor = setup((times) => (times === 1 ? Promise.reject(new Error('no database')) : Promise.resolve(true)));
    await monitor.see(drift);
    await monitor.see(drift);
    expect(monitor.lines).toEqual(['warn schema drift not noted', 'error provider schema drift']);
  });
});
