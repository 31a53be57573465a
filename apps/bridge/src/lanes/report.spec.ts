import { expect, it } from '@jest/globals';
import { marked, paper } from '../bridge.fixture.ts';
import { reportLanes } from './report.ts';

const lane = {
  owner: 'host-1',
  leaseUntil: '2026-11-28T08:00:20Z',
  nextPosition: 11,
  relayed: 10,
  lagRows: 0,
  lagSeconds: 0,
};

it('shows the lane first that is furthest behind, and which has no publisher', () => {
  const lanes = [
    { ...lane, lane: 0 },
    { ...lane, lane: 1, owner: null, leaseUntil: null, lagRows: 1200, lagSeconds: 600 },
    { ...lane, lane: 2, owner: null },
    // Killed: nobody took its name out.
    { ...lane, lane: 3, leaseUntil: '2026-11-28T07:59:50Z', lagRows: 5, lagSeconds: 10 },
  ];
  const view = { relay: 'kafka', at: '2026-11-28T08:00:00Z', lanes } as const;
  const lines = reportLanes(view, paper(100, marked)).split('\n');
  expect(lines[0]).toMatch(/^4 lanes, 1\s205 events wait for Kafka\. red\(3 lanes without a publisher\.\)$/);
  expect(lines.slice(3, 7)).toEqual([
    expect.stringMatching(/^ +1 +1\s200 +10 min +10 +red\(nobody\) +-$/),
    expect.stringMatching(/^ +3 +5 +10 s +10 +red\(nobody\) +10 s ago$/),
    expect.stringMatching(/^ +0 +0 +- +10 +host-1 +in 20 s$/),
    expect.stringMatching(/^ +2 +0 +- +10 +yellow\(nobody\) +in 20 s$/),
  ]);
});

it('misses no publisher where Debezium relays, and says what it cannot tell', () => {
  const free = { ...lane, owner: null, leaseUntil: null };
  const lanes = [
    { ...free, lane: 0 },
    { ...free, lane: 1, lagRows: 1, lagSeconds: 90 },
  ];
  const text = reportLanes({ relay: 'debezium', at: '2026-11-28T08:00:00Z', lanes }, paper(100, marked));
  expect(text.split('\n')).toEqual([
    '2 lanes, 1 event waits for Debezium, which relays them all, as far as its replication slot tells.',
    'Whether somebody reads the slot: `bridge doctor --for publisher`.',
    '',
    expect.stringMatching(/^lane +waiting +since +relayed up to$/),
    expect.stringMatching(/^ +1 +1 +90 s +10$/),
    expect.stringMatching(/^ +0 +0 +- +10$/),
    '',
  ]);
});
