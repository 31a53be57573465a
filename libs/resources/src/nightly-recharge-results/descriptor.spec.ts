import { describe, expect, it } from '@jest/globals';
import {
  diff,
  emptyCursor,
  KnownSnapshots,
  read,
  snapshotKey,
  type Changes,
  type JsonObject,
  type Snapshot,
  type Tick,
} from '#core';
import { descriptor } from './descriptor.ts';

const date = '2026-06-14';
const night = (modified: string, more: JsonObject = {}): JsonObject => ({
  sleepResultDate: date,
  created: '2026-06-14T03:40:11.204Z',
  modified,
  ansStatus: -1.7,
  ...more,
});
const samples = { hrvSamples: [{ startTime: '2026-06-14T00:31:00', sampleInterval: '301s', hrvValues: [41.2, 0] }] };

/** Sees one answer after the other, as the poller does. */
class Watcher {
  readonly #snapshots = new Map<string, Snapshot>();
  #at = Date.parse('2026-06-14T06:00:00Z');

  list(result: JsonObject): Changes {
    return this.#see('list', result);
  }

  detail(result: JsonObject): Changes {
    return this.#see('detail', result);
  }

  #see(phase: 'list' | 'detail', result: JsonObject): Changes {
    this.#at += 60_000;
    const tick = {
      resource: descriptor,
      kind: 'live',
      connection: { id: 'c1', tenant: 'acme', utcOffsetMinutes: 120, establishedOn: '2026-06-01' },
      polling: { minSeconds: 300, maxSeconds: 3600, backfillDays: 28, confirmDeletionSeconds: 60, finaliseSeconds: 60 },
      cursor: { ...emptyCursor, listedOn: date },
      at: this.#at,
    } as unknown as Tick;
    const reason = phase === 'list' ? 'listing' : 'wanted';
    const window = { phase, from: date, to: '2026-06-15', features: [], reason } as const;
    const body = { nightlyRechargeResults: [structuredClone(result)] };
    const changes = diff(tick, new KnownSnapshots([...this.#snapshots.values()]), [read(descriptor, window, body)]);
    for (const one of changes.snapshots) this.#snapshots.set(snapshotKey(one.entity, one.identity), one);
    return changes;
  }
}

const told = ({ events, cursor, triggers }: Changes) => ({
  types: events.map(({ type }) => type),
  wanted: Object.keys(cursor.wanted),
  triggers: triggers.flatMap(({ resource, dates }) => dates.map((day) => `${resource} ${day}`)),
});

describe('Nightly Recharge', () => {
  it('is told of by the listing, which asks for the samples and for the night; its samples are told once', () => {
    const watcher = new Watcher();
    const first = { types: ['NightlyRechargeCalculated'], wanted: [date], triggers: [`sleeps ${date}`] };
    expect(told(watcher.list(night('t1')))).toEqual(first);
    // the night is not read again for the samples
    const available = { types: ['NightlyRechargeSamplesAvailable'], wanted: [], triggers: [] };
    expect(told(watcher.detail(night('t1', samples)))).toEqual(available);
    expect(told(watcher.list(night('t1')))).toEqual({ types: [], wanted: [], triggers: [] });
    expect(told(watcher.list(night('t2', { ansStatus: 2 })))).toMatchObject({
      types: ['NightlyRechargeRevised'],
      wanted: [date],
    });
    expect(told(watcher.detail(night('t2', { ansStatus: 2, ...samples }))).types).toEqual([]);
  });

  it('keeps its samples out of the result', () => {
    const [result, available] = new Watcher().detail(night('t1', samples)).events;
    expect(result?.data).not.toHaveProperty('hrvSamples');
    expect(available?.data).toMatchObject({ sleepResultDate: date, hrvSamples: [{ sampleInterval: 'PT301S' }] });
  });

  it('without samples is not asked for them again, and tells of them when they come', () => {
    const watcher = new Watcher();
    watcher.list(night('t1'));
    expect(told(watcher.detail(night('t1'))).types).toEqual([]);
    expect(told(watcher.list(night('t1'))).wanted).toEqual([]);
    expect(told(watcher.list(night('t2'))).wanted).toEqual([date]);
    expect(told(watcher.detail(night('t2', samples))).types).toEqual(['NightlyRechargeSamplesAvailable']);
  });
});
