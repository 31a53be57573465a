import { describe, expect, it } from '@jest/globals';
import { Metrics } from '#platform';
import type { LaneState } from '#store';
import { publisherMetrics } from './publisher-metrics.ts';

const now = Date.parse('2026-11-27T10:00:00Z');
const lane = (over: Partial<LaneState>): LaneState => ({
  lane: 0,
  owner: 'host-1',
  leaseUntil: '2026-11-27T10:00:05.000Z',
  nextPosition: 12,
  relayed: 8,
  lagRows: 3,
  lagSeconds: 1.5,
  ...over,
});

function measured(lanes: () => Promise<readonly LaneState[]>, parked: () => Promise<[]> = () => Promise.resolve([])) {
  const metrics = new Metrics('publisher');
  const measure = publisherMetrics(metrics, lanes, parked, () => now);
  const lines = async (name: string): Promise<readonly string[]> =>
    (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(`${name}{`));
  return { measure, lines };
}

describe('the metrics of lanes', () => {
  it('tell how far each is behind, and whether anybody relays it', async () => {
    let reads = 0;
    const { lines } = measured(async () => {
      reads += 1;
      return [
        lane({}),
        lane({ lane: 1, owner: null, leaseUntil: null }),
        lane({ lane: 2, leaseUntil: '2026-11-27T09:59:00Z' }),
      ];
    });
    expect(await lines('bridge_lane_owned')).toEqual([
      'bridge_lane_owned{lane="0"} 1',
      'bridge_lane_owned{lane="1"} 0',
      'bridge_lane_owned{lane="2"} 0',
    ]);
    expect(reads).toBe(1);
    expect(await lines('bridge_lane_lag_rows')).toContain('bridge_lane_lag_rows{lane="0"} 3');
    expect(await lines('bridge_lane_lag_seconds')).toContain('bridge_lane_lag_seconds{lane="0"} 1.5');
    expect(await lines('bridge_service_info')).toEqual(['bridge_service_info{service="publisher"} 1']);
  });

  it('forget what they knew when nobody can tell any more, but nothing parked is a zero', async () => {
    let isUp = true;
    const away = (): Promise<never> => Promise.reject(new Error('no database'));
    const { lines } = measured(
      () => (isUp ? Promise.resolve([lane({})]) : away()),
      () => (isUp ? Promise.resolve([]) : away()),
    );
    expect(await lines('bridge_parked_events')).toContain('bridge_parked_events{reason="too_large"} 0');
    isUp = false;
    expect(await lines('bridge_lane_lag_rows')).toEqual([]);
    expect(await lines('bridge_parked_events')).toEqual([]);
  });
});
