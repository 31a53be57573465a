import { budgetLanes } from '#core';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { halved, laneCap, laneShares, longLaneShares } from './lanes.ts';

describe('laneCap', () => {
  it('is the table for the default quota', () => {
    expect(budgetLanes.map((lane) => laneCap(lane, 3000))).toEqual([3000, 2940, 2880, 2820, 2760, 2100, 1800]);
  });

  it('never exceeds the limit, never shuts a lane out, and falls with urgency', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.constantFrom(laneShares, longLaneShares),
        (limit, shares) => {
          const caps = budgetLanes.map((lane) => laneCap(lane, limit, shares));
          expect(caps[0]).toBe(limit);
          expect(caps).toEqual([...caps].sort((a, b) => b - a));
          expect(Math.min(...caps)).toBeGreaterThanOrEqual(1);
          const most = budgetLanes.map((lane) => Math.max(1, limit * shares[lane] + 1e-6));
          expect(caps.every((cap, i) => cap <= (most[i] ?? 0))).toBe(true);
        },
      ),
    );
  });

  it('leaves a day open to backfills beside what watching may spend of it', () => {
    expect(laneCap('reconcile', 100_000, longLaneShares)).toBeGreaterThan(95_000);
  });

  it('keeps half pace above nothing', () => {
    expect([1, 2, 3, 3000].map(halved)).toEqual([1, 1, 1, 1500]);
  });
});
