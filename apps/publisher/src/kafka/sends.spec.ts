import { describe, expect, it } from '@jest/globals';
import type { Row } from '../publish.ts';
import { createPartitioner } from './partition.ts';
import { sendsOf } from './sends.ts';

function row(position: number, topic: string, key: string, bytes: number): Row {
  return { position, topic, key, payload: `p${position}`, headers: '{"a":"b"}', bytes };
}

describe('sendsOf', () => {
  it('keeps each partition below what a broker takes at once, in order', () => {
    const rows = Array.from({ length: 9 }, (_, index) => row(index, 't', index % 3 === 0 ? 'x' : 'y', 400_000));
    const sends = sendsOf(rows, (_, key) => (key === 'x' ? 0 : 1));
    for (const send of sends) {
      for (const partition of [0, 1]) {
        const messages = send.flatMap((one) => one.messages).filter((message) => message.partition === partition);
        expect(messages.length).toBeLessThanOrEqual(2);
      }
    }
    expect(sends.flatMap((send) => send.flatMap(({ messages }) => messages.map(({ value }) => value)))).toEqual(
      rows.map(({ payload }) => payload),
    );
  });

  it('sends a row that is too big for a batch alone', () => {
    expect(sendsOf([row(1, 't', 'x', 10), row(2, 't', 'x', 2e6), row(3, 't', 'x', 10)], () => 0)).toHaveLength(3);
  });

  it('sends no value where there is none', () => {
    const [send] = sendsOf([{ ...row(1, 't', 'x', 20), payload: '' }], () => 0);
    expect(send?.[0]?.messages).toEqual([{ key: 'x', value: null, headers: { a: 'b' }, partition: 0 }]);
  });

  it('counts long keys, which are most of a tombstone', () => {
    const rows = Array.from({ length: 10 }, (_, index) => ({
      ...row(index, 't', 'k'.repeat(200_000), 20),
      payload: '',
    }));
    expect(sendsOf(rows, () => 0).map(([one]) => one?.messages.length)).toEqual([4, 4, 2]);
  });

  it('groups by topic and parses headers', () => {
    expect(sendsOf([row(1, 't', 'x', 1), row(2, 'u', 'x', 1), row(3, 't', 'x', 1)], () => 5)).toEqual([
      [
        { topic: 't', messages: [1, 3].map((n) => ({ key: 'x', value: `p${n}`, headers: { a: 'b' }, partition: 5 })) },
        { topic: 'u', messages: [{ key: 'x', value: 'p2', headers: { a: 'b' }, partition: 5 }] },
      ],
    ]);
  });
});

describe('createPartitioner', () => {
  it('agrees with itself, and spreads keys', () => {
    const partition = createPartitioner();
    const keys = Array.from(
      { length: 600 },
      (_, index) => `7d3b1c9e-0000-4000-8000-${String(index).padStart(12, '0')}`,
    );
    const places = keys.map((key) => partition('t', key, 6));
    expect(keys.map((key) => partition('t', key, 6))).toEqual(places);
    expect(keys.map((key) => createPartitioner()('other', key, 6))).toEqual(places);
    for (const place of [0, 1, 2, 3, 4, 5]) {
      expect(places.filter((one) => one === place).length).toBeGreaterThan(60);
    }
  });

  it('takes another number of partitions at once', () => {
    const partition = createPartitioner();
    expect(partition('t', 'key', 1)).toBe(0);
    expect(partition('t', 'key', 1000)).toBeGreaterThan(0);
  });
});
