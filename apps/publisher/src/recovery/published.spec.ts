import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entityOfEvent, isDated, mainEntity } from '#core';
import { resources } from '#resources';
import { PublishedStreams, type EventMessage } from './published.ts';

interface Example {
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Readonly<Record<string, unknown>> | null;
}

const folder = new URL('../../../../config/contracts/examples/', import.meta.url);
const examples = readdirSync(folder).map((name) => {
  const { headers, value } = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Example;
  return { name, message: { headers, value: value === null ? '' : JSON.stringify(value) } };
});

const after = (messages: readonly EventMessage[]) => {
  const streams = new PublishedStreams(resources);
  for (const message of messages) streams.add(message);
  return streams.all();
};

const message = (
  type: string,
  sequence: number,
  payload: { resource?: string; identity?: readonly string[]; revision: number; data?: object },
): EventMessage => ({
  headers: {
    ce_tenant: 'acme',
    ce_source: '/tenants/acme/connections/c1',
    ce_type: `accesslink.${type}.v1`,
    ce_sequence: String(sequence),
  },
  value: JSON.stringify({
    connection: 'c1',
    userReference: 'user-42',
    resource: 'connection',
    identity: ['c1'],
    observedAt: '2026-11-28T04:00:00.000Z',
    data: {},
    ...payload,
  }),
});

const life = (...messages: readonly EventMessage[]) => after(messages)[0]?.life;

const events = examples.filter(({ message: { headers } }) => headers['ce_sequence'] !== undefined);

describe('what was published', () => {
  it.each(events)('gives each event its place in a stream: $name', ({ message: one }) => {
    const [stream] = after([one]);
    expect(stream).toMatchObject({ tenant: one.headers['ce_tenant'], sequences: [Number(one.headers['ce_sequence'])] });
  });

  const dated = events.flatMap(({ name, message: { headers, value } }) => {
    const type = headers['ce_type']?.split('.')[1] ?? '';
    const payload = JSON.parse(value) as { resource: string };
    const resource = resources.find((one) => one.name === payload.resource);
    const entity = resource && entityOfEvent(resource, type);
    if (resource === undefined || entity !== mainEntity(resource) || !isDated(resource.request)) return [];
    return type === resource.entities[entity]?.events.deleted ? [] : [{ name, one: { headers, value } }];
  });

  it.each(dated)('finds the day of an item, without which no listing would miss it: $name', ({ one }) => {
    expect(after([one])[0]?.items[0]?.date).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('passes over states, which have no place in a stream', () => {
    expect(after([{ headers: { ce_source: '/tenants/acme/connections/c1' }, value: '' }])).toEqual([]);
  });

  it('knows which deviations from the schema were told', () => {
    const drift = { resource: 'walks', path: 'name', kind: 'unknown_field', found: 'nickname' };
    const told = message('SchemaDriftDetected', 1, {
      resource: 'schema',
      identity: ['walks'],
      revision: 1,
      data: drift,
    });
    expect(after([told])[0]).toMatchObject({ drifts: [drift], items: [], life: null });
  });

  it('is the same in whatever order and however often messages came', () => {
    const session = (type: string, sequence: number, revision: number): EventMessage =>
      message(type, sequence, { resource: 'training-sessions', identity: ['7'], revision });
    const all = [
      message('ConnectionEstablished', 1, { revision: 1, data: { scopes: ['a:read'], polarUserId: '9' } }),
      session('SessionRecorded', 2, 1),
      session('SessionRevised', 3, 2),
      message('ConnectionPaused', 4, { revision: 2, data: { reason: 'requested' } }),
      session('SessionDeleted', 5, 3),
    ];
    const sorted = (messages: readonly EventMessage[]) =>
      after(messages).map((stream) => ({ ...stream, sequences: stream.sequences.toSorted((a, b) => a - b) }));
    const wanted = [
      {
        sequences: [1, 2, 3, 4, 5],
        items: [{ resource: 'training-sessions', identity: '["7"]', revision: 3, isGone: true }],
      },
    ];
    expect(sorted(all)).toMatchObject(wanted);
    fc.assert(
      fc.property(fc.shuffledSubarray([...all, ...all], { minLength: 10 }), (messages) => {
        expect(sorted(messages)).toMatchObject(wanted);
      }),
    );
  });

  it('follows a connection through its life', () => {
    const established = message('ConnectionEstablished', 1, {
      revision: 1,
      data: { scopes: ['a:read'], polarUserId: '9' },
    });
    const rescoped = message('ScopesChanged', 2, { revision: 2, data: { scopes: ['b:read'] } });
    const revoked = message('ConsentRevoked', 3, {
      revision: 3,
      data: { reason: 'invalid_grant', deletionRequired: true },
    });
    const restored = message('ConnectionRestored', 4, {
      revision: 4,
      data: { scopes: ['c:read'], reason: 'consent_given' },
    });
    expect(life(established, rescoped)).toMatchObject({
      status: 'active',
      scopes: ['b:read'],
      polarUserId: '9',
      userReference: 'user-42',
    });
    expect(life(rescoped)).toMatchObject({ status: null, statusReason: null, scopes: ['b:read'] });
    expect(life(established, revoked)).toMatchObject({
      status: 'needs_reauth',
      statusReason: 'invalid_grant',
      deletionRequired: true,
    });
    expect(life(established, revoked, restored)).toMatchObject({
      status: 'active',
      statusReason: null,
      deletionRequired: false,
      revision: 4,
    });
    expect(life(restored, established)).toMatchObject({ status: 'active', scopes: ['c:read'], revision: 4 });
  });
});
