import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BridgeError,
  defineResource,
  range,
  type Changes,
  type KnownSnapshots,
  type Fetched,
  type Resource,
  type Tick,
} from '#core';
import type { BegunTarget, DueTargets, LeasedTarget, Recorded, Share } from '#store';
import { changesOf, eventOf, snapshotOf, tickOf } from '../../../libs/store/src/store.fixture.ts';

/** Targets, snapshots and the outbox, as a poller sees them. All times are the store's own. */
export interface PollStoreUnderTest {
  /** A connection with a live target of each resource, due now. @returns its id */
  enrol(resources: readonly Resource[]): Promise<string>;
  due(most: number): Promise<readonly DueTargets[]>;
  lease(shares: readonly Share[]): Promise<readonly LeasedTarget[]>;
  begin(target: LeasedTarget): Promise<BegunTarget | undefined>;
  hold(target: LeasedTarget, until: number): Promise<void>;
  giveBack(target: LeasedTarget, until: number): Promise<void>;
  fail(tick: Tick, error: BridgeError): Promise<void>;
  known(tick: Tick, fetched: readonly Fetched[]): Promise<KnownSnapshots>;
  record(tick: Tick, changes: Changes): Promise<Recorded>;
  /** Makes a target due, whoever has it. */
  expire(connection: string, resource: Resource): Promise<void>;
  /** Epoch ms at which a target is due. */
  dueAt(connection: string, resource: Resource): Promise<number>;
  /** Types and sequence numbers of the events in the outbox. */
  outbox(connection: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

function resourceOf(name: string, options: { readonly hot?: boolean } = {}): Resource {
  return defineResource({
    name,
    scope: `${name}:read`,
    topic: name,
    request: range({ path: `/${name}`, days: 28, watch: { before: 3, after: 0 } }),
    envelope: [[name]],
    schema: { properties: {} },
    entities: {
      [name]: { events: { recorded: `${name}Recorded`, revised: `${name}Revised`, deleted: `${name}Deleted` } },
      [`${name}-part`]: { events: { recorded: `${name}PartRecorded`, revised: `${name}PartRevised` } },
    },
    facts: () => [],
    ...options,
  });
}

export const storeResources = [resourceOf('walks', { hot: true }), resourceOf('hikes', { hot: true })] as const;
const [walks, hikes] = storeResources;
const live: Share = { tenant: 'acme', kind: 'live', most: 10 };
const down = new BridgeError('PROVIDER_UNAVAILABLE', 'down');

/** What the poller's sentence relies on. */
export function pollStoreConforms(name: string, open: () => Promise<PollStoreUnderTest>): void {
  describe(`the targets of ${name}`, () => {
    let store: PollStoreUnderTest;
    let id: string;
    beforeEach(async () => {
      store = await open();
      id = await store.enrol(storeResources);
    });
    afterEach(() => store.close());

    const begin = async (resource: Resource): Promise<{ readonly tick: Tick; readonly leased: LeasedTarget }> => {
      await store.expire(id, resource);
      const leased = (await store.lease([live])).find((one) => one.resource === resource.name) as LeasedTarget;
      const begun = (await store.begin(leased)) as BegunTarget;
      return { leased, tick: tickOf(resource, leased, begun) };
    };
    const listing = (tick: Tick, found: Partial<Changes> = {}): Changes =>
      changesOf(tick, { heldData: true, ...found, cursor: { ...tick.cursor, listedAt: tick.at, ...found.cursor } });

    it('are leased once each, the longest overdue first, and are due again when their lease is over', async () => {
      expect(await store.due(10)).toEqual([{ tenant: 'acme', live: 2, backfill: 0 }]);
      expect(await store.due(1)).toEqual([{ tenant: 'acme', live: 1, backfill: 0 }]);
      await store.expire(id, hikes);
      const [first] = await store.lease([{ ...live, most: 1 }]);
      expect(first).toMatchObject({ connection: id, resource: 'hikes', kind: 'live', tenant: 'acme' });
      expect((await store.lease([live])).map(({ resource }) => resource)).toEqual(['walks']);
      expect([await store.lease([live]), await store.due(10)]).toEqual([[], []]);
      await store.expire(id, hikes);
      const [again] = await store.lease([live]);
      expect(again?.leaseToken).not.toBe(first?.leaseToken);
      expect(await store.begin(first as LeasedTarget)).toBeUndefined();
    });

    it('keep what a poll has found, and tell of it in order', async () => {
      const { tick } = await begin(walks);
      const events = [eventOf(walks, 'a'), eventOf(walks, 'b')];
      const recorded = await store.record(tick, listing(tick, { events, snapshots: [snapshotOf(walks, ['a'])] }));
      expect(recorded).toMatchObject({ events: 2, snapshots: 1, goesOn: false });
      expect(await store.dueAt(id, walks)).toBe(recorded.nextDue);
      const other = await begin(hikes);
      await store.record(other.tick, listing(other.tick, { events: [eventOf(hikes, 'c')] }));
      expect(await store.outbox(id)).toEqual(['walksRecorded 1', 'walksRecorded 2', 'hikesRecorded 3']);
      const next = await begin(walks);
      expect(next.tick).toMatchObject({ cursor: { listedAt: tick.at }, failures: 0 });
    });

    it('are fenced by their lease: who has lost it changes nothing', async () => {
      const zombie = await begin(walks);
      const heir = await begin(walks);
      const found = (tick: Tick, identity: string): Changes => listing(tick, { events: [eventOf(walks, identity)] });
      await expect(store.record(zombie.tick, found(zombie.tick, 'a'))).rejects.toMatchObject({ code: 'LEASE_LOST' });
      const until = await store.dueAt(id, walks);
      await store.fail(zombie.tick, down);
      await store.giveBack(zombie.leased, 0);
      await store.hold(zombie.leased, until + 3_600_000);
      expect(await store.dueAt(id, walks)).toBe(until);
      await store.record(heir.tick, found(heir.tick, 'b'));
      await expect(store.record(heir.tick, found(heir.tick, 'c'))).rejects.toMatchObject({ code: 'LEASE_LOST' });
      expect(await store.outbox(id)).toEqual(['walksRecorded 1']);
    });

    it('tell no event twice, and keep nothing of a poll that would', async () => {
      const first = await begin(walks);
      await store.record(first.tick, listing(first.tick, { events: [eventOf(walks, 'a')] }));
      const again = await begin(walks);
      const events = [eventOf(walks, 'b'), eventOf(walks, 'a')];
      await expect(store.record(again.tick, listing(again.tick, { events }))).rejects.toMatchObject({
        code: 'DATABASE_CONFLICT',
      });
      expect(await store.outbox(id)).toEqual(['walksRecorded 1']);
      expect((await begin(walks)).tick.cursor.listedAt).toBe(first.tick.at);
    });

    it('take over what has come while they were being polled', async () => {
      const { tick } = await begin(hikes);
      const other = await begin(walks);
      const triggers = [{ resource: 'hikes', dates: ['2026-06-14'] }];
      await store.record(other.tick, listing(other.tick, { events: [eventOf(walks, 'a')], triggers }));
      const recorded = await store.record(tick, listing(tick));
      expect(recorded.goesOn).toBe(true);
      const since = new Date(other.tick.at).toISOString();
      const next = await begin(hikes);
      expect(next.tick.cursor.wanted).toEqual({ '2026-06-14': { since, tries: 0, notBefore: 0 } });
    });

    it('are due at once when another resource triggers them', async () => {
      const { tick } = await begin(hikes);
      await store.record(tick, listing(tick));
      const { tick: other } = await begin(walks);
      const triggers = [{ resource: 'hikes', dates: ['2026-06-14'] }];
      await store.record(other, listing(other, { events: [eventOf(walks, 'a')], triggers }));
      expect((await store.lease([live])).map(({ resource }) => resource)).toEqual(['hikes']);
    });

    it('are given back as if they had not been leased, and held for as long as it takes', async () => {
      const { leased, tick } = await begin(walks);
      const later = tick.at + 3_600_000;
      await store.hold(leased, later);
      expect(await store.dueAt(id, walks)).toBeGreaterThan(later);
      await store.giveBack(leased, later);
      expect(await store.dueAt(id, walks)).toBe(later);
      expect(await store.begin(leased)).toBeUndefined();
      expect((await begin(walks)).tick).toMatchObject({ failures: 0, cursor: tick.cursor });
    });

    it('back off when they fail, and tell of a stall at the third time', async () => {
      for (let failures = 0; failures < 4; failures += 1) {
        const { tick } = await begin(walks);
        expect(tick.failures).toBe(failures);
        await store.fail(tick, down);
        expect((await store.dueAt(id, walks)) - tick.at).toBeGreaterThanOrEqual(2 ** (failures + 1) * 300_000);
      }
      expect(await store.outbox(id)).toEqual(['SyncStalled 1']);
      const { tick } = await begin(walks);
      expect(tick.cursor.stalledSince).toBeDefined();
    });

    it('know the snapshots of what was fetched and of the days that were listed', async () => {
      const { tick } = await begin(walks);
      const snapshots = [
        snapshotOf(walks, ['a']),
        snapshotOf(walks, ['b'], { date: '2026-05-01' }),
        snapshotOf(walks, ['c'], { goneAt: tick.at }),
        snapshotOf(walks, ['a', '1'], { entity: 'walks-part' }),
      ];
      await store.record(tick, listing(tick, { snapshots }));
      const window = { phase: 'list', from: '2026-06-14', to: '2026-06-15', features: [], reason: 'listing' } as const;
      const known = async (identities: readonly string[]): Promise<readonly string[]> => {
        const facts = identities.map((identity) => ({
          entity: 'walks',
          identity: [identity],
          date: '2026-06-14',
          marker: null,
          content: null,
          polarModifiedAt: null,
          utcOffsetMinutes: null,
        }));
        const found = await store.known(tick, [{ window, facts, empty: false }]);
        return found
          .all()
          .map(({ identity }) => identity.join('/'))
          .toSorted();
      };
      expect(await known([])).toEqual(['a']);
      expect(await known(['b', 'c', 'x'])).toEqual(['a', 'b', 'c']);
      expect((await store.known(tick, [{ window, facts: [], empty: false, failure: down }])).all()).toEqual([]);
    });

    it('take the parts away with what is deleted', async () => {
      const { tick } = await begin(walks);
      const part = snapshotOf(walks, ['a', '1'], { entity: 'walks-part' });
      await store.record(tick, listing(tick, { snapshots: [snapshotOf(walks, ['a']), part] }));
      const next = (await begin(walks)).tick;
      const gone = snapshotOf(walks, ['a'], { goneAt: next.at, revision: 2 });
      await store.record(next, listing(next, { snapshots: [gone] }));
      const window = { phase: 'list', from: '2026-06-14', to: '2026-06-15', features: [], reason: 'listing' } as const;
      const fact = { date: null, marker: null, content: null, polarModifiedAt: null, utcOffsetMinutes: null };
      const facts = [{ ...fact, entity: 'walks-part', identity: ['a', '1'] }];
      const known = await store.known(next, [{ window, facts, empty: false }]);
      expect(known.get('walks-part', ['a', '1'])).toMatchObject({ revision: part.revision + 1, goneAt: next.at });
    });

    it('tell of a sync once in a burst, and have its siblings listed', async () => {
      const quiet = await begin(hikes);
      await store.record(quiet.tick, listing(quiet.tick, { cursor: { ...quiet.tick.cursor, listedAt: 1000 } }));
      const first = await begin(walks);
      const synced = ['2026-06-14'];
      await store.record(first.tick, listing(first.tick, { synced, events: [eventOf(walks, 'a')] }));
      const second = await begin(walks);
      await store.record(second.tick, listing(second.tick, { synced, events: [eventOf(walks, 'b')] }));
      expect(await store.outbox(id)).toEqual(['DeviceSynced 1', 'walksRecorded 2', 'walksRecorded 3']);
    });
  });
}
