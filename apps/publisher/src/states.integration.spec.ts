import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  defineResource,
  diff,
  emptyCursor,
  range,
  read,
  stateKey,
  type Fact,
  type JsonObject,
  type Resource,
  type Tick,
  type Window,
  firstSchedule,
} from '#core';
import { createConnectionStore, record, snapshotsOf } from '#store';
import { Bench } from './publisher.fixture.ts';

/** A night with its hours, filed under the topic that the bench has. */
interface Night {
  readonly id: string;
  readonly rating: number;
  readonly hours: Readonly<Record<string, number>>;
}

const nights: Resource = defineResource({
  name: 'sleeps',
  scope: 'sleep:read',
  topic: 'sleep',
  request: range({ path: '/sleeps', days: 28, watch: { before: 10, after: 0 } }),
  envelope: [['sleeps']],
  schema: { properties: {} },
  entities: {
    night: { events: { recorded: 'SleepRecorded', revised: 'SleepRevised', deleted: 'SleepDeleted' } },
    hour: { events: { recorded: 'SleepHour', revised: 'SleepHour' } },
  },
  facts: (item) => factsOf(item as unknown as Night),
});

function factsOf({ id, rating, hours }: Night): readonly Fact[] {
  const fact = (entity: string, own: readonly string[], content: JsonObject): Fact => ({
    entity,
    identity: [id, ...own],
    date: '2026-06-14',
    marker: null,
    content,
    polarModifiedAt: null,
    utcOffsetMinutes: null,
  });
  return [
    ...Object.entries(hours).map(([hour, deep]) => fact('hour', [hour], { id, hour, deep })),
    fact('night', [], { id, rating }),
  ];
}

/** Stays, so that no listing is ever empty. */
const anchor: Night = { id: 'anchor', rating: 0, hours: {} };

const small = fc.nat(2);
const night = fc.record({
  id: fc.constantFrom('1', '2', '1/ü|'),
  rating: small,
  hours: fc.dictionary(fc.constantFrom('22', '23', '0'), small, { maxKeys: 3 }),
});
const history = fc.array(fc.uniqueArray(night, { selector: ({ id }) => id }), { minLength: 6, maxLength: 6 });

describe('who reads states only', () => {
  const lane = 5;
  let bench: Bench;
  let at = Date.parse('2026-06-15T12:00:00Z');

  beforeEach(async () => {
    bench = await Bench.open();
  });
  afterEach(() => bench.close());

  async function tickOf(connection: string): Promise<Tick> {
    at += 3_601_000;
    const leaseToken = randomUUID();
    const target = { connection, resource: nights.name, kind: 'live' as const };
    await bench.db
      .insertInto('poll_targets')
      .values({
        ...target,
        tenant: 'acme',
        next_due: new Date(),
        cursor: '{}',
        interval_seconds: 300,
        lease_token: leaseToken,
      })
      .onConflict((conflict) =>
        conflict.columns(['connection', 'resource', 'kind']).doUpdateSet({ lease_token: leaseToken }),
      )
      .execute();
    return {
      resource: nights,
      kind: 'live',
      connection: { id: connection, tenant: 'acme', utcOffsetMinutes: 0, establishedOn: '2026-01-01' },
      polling: {
        minSeconds: 300,
        maxSeconds: 600,
        backfillDays: 365,
        confirmDeletionSeconds: 3600,
        finaliseSeconds: 60,
      },
      topicPrefix: bench.prefix,
      keepsState: true,
      cursor: emptyCursor,
      intervalSeconds: 300,
      schedule: firstSchedule(nights, { minSeconds: 300, maxSeconds: 43_200 }),
      failures: 0,
      leaseToken,
      at,
      backfilling: false,
      siblingsHealthy: true,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
  }

  /** A listing as the poller reads and records it. */
  async function poll(connection: string, world: readonly Night[], tick?: Tick): Promise<void> {
    const now = tick ?? (await tickOf(connection));
    const window: Window = { phase: 'list', from: '2026-06-05', to: '2026-06-16', features: [], reason: 'listing' };
    const fetched = [read(nights, window, { sleeps: [...world, anchor] as unknown as JsonObject[] })];
    const known = await snapshotsOf(bench.db, now, fetched);
    await record(bench.db, now, diff(now, known, fetched));
  }

  function disconnect(connection: string): Promise<unknown> {
    const topics = new Map([[nights.name, nights.topic]]);
    return createConnectionStore(bench.db, () => topics).change(connection, bench.prefix, (one) => ({
      connection: { ...one, status: 'revoked' },
      events: [],
      tokens: 'destroy',
      enrol: false,
      forgetData: true,
      forgetAthlete: false,
      tellAnew: false,
    }));
  }

  /** The last message of each key. */
  async function rebuilt(): Promise<Record<string, unknown>> {
    const marker = await bench.connection(lane);
    await poll(marker, [{ id: 'end', rating: 0, hours: {} }]);
    const last: Record<string, unknown> = {};
    for (const { key, value } of await bench.consume(['end'], 60_000, bench.stateTopic)) {
      delete last[key];
      if (value !== null && !key.startsWith(marker)) last[key] = (JSON.parse(String(value)) as { data: unknown }).data;
    }
    return last;
  }

  const expected = (connection: string, world: readonly Night[]): Record<string, JsonObject> => {
    const stream = { tenant: 'acme', topicPrefix: bench.prefix, connection, userReference: 'x' };
    return Object.fromEntries(
      [...world, anchor]
        .flatMap(factsOf)
        .map(({ entity, identity, content }) => [
          stateKey(stream, { resource: nights.name, entity, identity }),
          content ?? {},
        ]),
    );
  };

  it('knows what there is, of the athletes who are there, whatever became of the relay meanwhile', async () => {
    const [stays, leaves] = [await bench.connection(lane), await bench.connection(lane)];
    const [mine, others] = fc.sample(history, { numRuns: 2, seed: 20261127 }) as [Night[][], Night[][]];
    let relay = bench.relay(bench.ports(lane), lane, { limits: { rows: 7, bytes: 100_000 } });
    for (const [round, world] of mine.entries()) {
      // Twice: the second listing proves a deletion.
      for (let time = 0; time < 2; time += 1) {
        await poll(stays, world);
        await poll(leaves, others[round] ?? []);
      }
      if (round === 2) {
        await relay.stop();
        relay = bench.relay(bench.ports(lane), lane, { limits: { rows: 7, bytes: 100_000 } });
      }
    }
    const late = await tickOf(leaves);
    await disconnect(leaves);
    await expect(poll(leaves, others[0] ?? [], late)).rejects.toMatchObject({ code: 'LEASE_LOST' });

    expect(await rebuilt()).toEqual(expected(stays, mine.at(-1) ?? []));
  });
});
