import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addDays,
  at as jsonAt,
  diff,
  emptyCursor,
  KnownSnapshots,
  read,
  snapshotKey,
  stateMessage,
  toMessage,
  type Changes,
  type DomainEvent,
  type Json,
  type Message,
  type Resource,
  type Snapshot,
  type Stream,
  type Tick,
  type Window,
  firstSchedule,
} from '#core';
import type { Example } from './examples.ts';
import { resourcesFolder } from './resource-contract.ts';

/** A resource's `fixture.json`, as the conformance suite has it. */
interface Fixture {
  readonly body: Json;
  readonly change: { readonly path: readonly (string | number)[]; readonly to: Json };
}

const day = '2026-06-14';
const start = Date.parse('2026-06-16T12:00:00Z');

/** Events that the product's own code makes of bodies, one after the other, an hour apart. */
export function observed(resource: Resource, bodies: readonly Json[]): readonly DomainEvent[] {
  return changesOf(resource, bodies).flatMap(({ events }) => events);
}

function changesOf(resource: Resource, bodies: readonly Json[]): readonly Changes[] {
  const snapshots = new Map<string, Snapshot>();
  return bodies.map((body, index) => {
    const tick = tickOf(resource, start + index * 3_600_000);
    const changes = diff(tick, new KnownSnapshots([...snapshots.values()]), [
      read(resource, windowOf(resource, body), body),
    ]);
    for (const one of changes.snapshots) snapshots.set(snapshotKey(one.entity, one.identity), one);
    return changes;
  });
}

/** All that a resource's fixture tells: at first sight, after its change, and when it has gone. */
export function observedFixture(resource: Resource, folder = resourcesFolder): readonly DomainEvent[] {
  return observed(resource, fixtureOf(resource, folder));
}

/** The states that come with it. */
export function statedFixture(resource: Resource, folder = resourcesFolder): readonly Message[] {
  const changes = changesOf(resource, fixtureOf(resource, folder));
  return changes.flatMap(({ states }) => states.map((state) => stateMessage(streamOf(resource), state, null)));
}

function fixtureOf(resource: Resource, folder: string): readonly Json[] {
  const { body, change } = JSON.parse(readFileSync(join(folder, resource.name, 'fixture.json'), 'utf8')) as Fixture;
  return [body, changed(resource, body, change), ...[1, 2, 3].map(() => emptied(resource, body))];
}

export function messageOf(event: DomainEvent, resource: Resource): Example {
  const { topic, key, headers, payload } = toMessage(streamOf(resource), event, 1, null);
  return { topic, key, headers, value: JSON.parse(payload) as Example['value'] };
}

function streamOf({ perClient }: Resource): Stream {
  const connection = '6f0d6a5e-6c0b-4f0a-9f0e-2f4f3f5a7b11';
  return { tenant: 'acme', topicPrefix: 'polar.acme', connection, userReference: perClient ? null : 'user-42' };
}

function tickOf(resource: Resource, at: number): Tick {
  return {
    resource,
    kind: 'live',
    connection: { id: 'c1', tenant: 'acme', utcOffsetMinutes: 180, establishedOn: '2026-06-01' },
    polling: {
      minSeconds: 300,
      maxSeconds: 43_200,
      backfillDays: 28,
      confirmDeletionSeconds: 3600,
      finaliseSeconds: 3600,
    },
    topicPrefix: 'polar.acme',
    keepsState: true,
    cursor: emptyCursor,
    intervalSeconds: 300,
    schedule: firstSchedule(resource, { minSeconds: 300, maxSeconds: 43_200 }),
    failures: 0,
    leaseToken: 'lease',
    at,
    backfilling: false,
    siblingsHealthy: true,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  };
}

/** The request that brings the data; what is gone, a listing proves. */
function windowOf(resource: Resource, body: Json): Window {
  const { request } = resource;
  const isDetail = request.shape === 'listing' || request.shape === 'referenced';
  const isGone = JSON.stringify(body) === JSON.stringify(emptied(resource, body));
  const features = request.shape === 'listing' ? request.detail.features : request.features;
  const range = { from: day, to: addDays(day, 1), features };
  return isDetail && !isGone
    ? { ...range, phase: 'detail', reason: 'wanted' }
    : { ...range, phase: 'list', reason: 'listing' };
}

function emptied(resource: Resource, body: Json): Json {
  const path = resource.envelope.find((one) => jsonAt(body, one) !== undefined) ?? [];
  const nothing: Json = Array.isArray(jsonAt(body, path)) ? [] : {};
  return path.reduceRight<Json>((inner, key) => ({ [key]: inner }), nothing);
}

function changed(resource: Resource, body: Json, { path, to }: Fixture['change']): Json {
  const envelope = resource.envelope.find((one) => jsonAt(body, one) !== undefined) ?? [];
  const item = Array.isArray(jsonAt(body, envelope)) ? [...envelope, 0] : envelope;
  const copy = structuredClone(body) as Record<string | number, unknown>;
  let here = copy;
  const steps = [...item, ...path];
  for (const step of steps.slice(0, -1)) here = here[step] as Record<string | number, unknown>;
  here[steps.at(-1) ?? ''] = to;
  return copy as Json;
}
