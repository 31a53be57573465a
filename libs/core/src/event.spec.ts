import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventId, toMessage, topicOf, type DomainEvent, type Stream } from './event.ts';

const event: DomainEvent = {
  type: 'SleepScored',
  topic: 'sleep',
  resource: 'sleeps',
  identity: ['2026-06-15'],
  revision: 2,
  mode: 'live',
  observedAt: '2026-06-15T07:00:00.000Z',
  polarModifiedAt: '2026-06-15T06:59:00.123Z',
  utcOffsetMinutes: 120,
  data: { sleepDate: '2026-06-15' },
};
const stream: Stream = { tenant: 'acme', topicPrefix: 'polar.acme', connection: 'c0ffee', userReference: 'läufer 7' };

describe('eventId', () => {
  it('is fixed for ever: an id that changes sends every change a second time', () => {
    expect(eventId('c0ffee', event)).toBe('dc942a62-896c-5a4a-aaa6-648f5dc4133c');
  });

  it('is the same for the same change, whatever else the event says', () => {
    const other = { ...event, mode: 'backfill' as const, observedAt: '2027-01-01T00:00:00.000Z', data: null };
    expect(eventId('c0ffee', other)).toBe(eventId('c0ffee', event));
  });

  it('differs as soon as connection, resource, identity, type or revision differ', () => {
    const text = fc.oneof(fc.constantFrom('a', 'b', 'a,b', '"', '","', '', 'ä'), fc.string({ maxLength: 3 }));
    const about = fc.tuple(text, text, fc.array(text, { minLength: 1, maxLength: 3 }), text, fc.nat(12));
    const id = ([connection, resource, identity, type, revision]: typeof about extends fc.Arbitrary<infer T>
      ? T
      : never) => eventId(connection, { resource, identity, type, revision });
    fc.assert(
      fc.property(about, about, (one, other) => {
        expect(id(one) === id(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      { numRuns: 500 },
    );
  });
});

describe('toMessage', () => {
  it('is a CloudEvent in binary mode', () => {
    expect(toMessage(stream, { ...event, changedFields: ['sleepScore'] }, 41, '00-a-b-01')).toEqual({
      id: eventId('c0ffee', event),
      topic: 'polar.acme.sleep.v1',
      key: 'c0ffee',
      type: 'accesslink.SleepScored.v1',
      headers: {
        'content-type': 'application/json',
        ce_specversion: '1.0',
        ce_id: eventId('c0ffee', event),
        ce_source: '/tenants/acme/connections/c0ffee',
        ce_type: 'accesslink.SleepScored.v1',
        ce_subject: 'sleeps/2026-06-15',
        ce_time: '2026-06-15T06:59:00.123Z',
        ce_dataschema: 'urn:accesslink-bridge:schema:SleepScored:v1',
        ce_tenant: 'acme',
        ce_mode: 'live',
        ce_revision: '2',
        ce_sequence: '41',
        ce_traceparent: '00-a-b-01',
      },
      payload: JSON.stringify({
        connection: 'c0ffee',
        userReference: 'läufer 7',
        resource: 'sleeps',
        identity: ['2026-06-15'],
        revision: 2,
        mode: 'live',
        observedAt: '2026-06-15T07:00:00.000Z',
        polarModifiedAt: '2026-06-15T06:59:00.123Z',
        utcOffsetMinutes: 120,
        changedFields: ['sleepScore'],
        data: { sleepDate: '2026-06-15' },
      }),
    });
  });

  it('tells when it was observed where the provider says nothing, and names no trace and no fields that there are not', () => {
    const { headers, payload } = toMessage(stream, { ...event, polarModifiedAt: null }, 1, null);
    expect(headers['ce_time']).toBe(event.observedAt);
    expect(headers).not.toHaveProperty('ce_traceparent');
    expect(JSON.parse(payload)).not.toHaveProperty('changedFields');
    expect(JSON.parse(payload)).toHaveProperty('polarModifiedAt', null);
  });

  it('keeps any identity apart and in printable ASCII in ce_subject', () => {
    const text = fc.oneof(fc.constantFrom('a/b', 'ü', '%2F', ' ', '2026-06-15', '🏃'), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (identity) => {
        const subject = toMessage(stream, { ...event, identity }, 1, null).headers['ce_subject'] ?? '';
        expect(subject).toMatch(/^[\x21-\x7e]*$/);
        expect(subject.split('/').map(decodeURIComponent)).toEqual(['sleeps', ...identity]);
      }),
    );
  });

  it('makes topics of prefix and domain', () => {
    expect(topicOf('polar.acme', 'heart-rate')).toBe('polar.acme.heart-rate.v1');
  });
});
