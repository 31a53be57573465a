import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '#core';
import { HourlyTable, type HourlyColumns } from './hourly.ts';

const hour = 3_600_000;

function cut(rows: readonly JsonObject[], fields: readonly string[] = ['at', 'value']): readonly HourlyColumns[] {
  const table = new HourlyTable(fields);
  for (const row of rows) table.add(row['at'], row);
  return table.all();
}

function joined(parts: readonly HourlyColumns[], name: string): readonly Json[] {
  return parts.flatMap(({ columns, count }) =>
    Object.hasOwn(columns, name) ? (columns[name] ?? []) : Array.from({ length: count }, () => null),
  );
}

const anyRows = fc.array(
  fc.record(
    {
      at: fc.oneof(
        fc.integer({ min: -hour, max: 25 * hour }),
        fc.nat({ max: 25 * hour }).map(String),
        fc.constant(null),
      ),
      value: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.string()),
      constructor: fc.string(),
      other: fc.jsonValue() as fc.Arbitrary<Json>,
    },
    { requiredKeys: [] },
  ),
);

/** The same in another way: all rows first, then each in its place. */
function placed(rows: readonly JsonObject[]): readonly { readonly hour: number; readonly row: JsonObject }[] {
  let here = 0;
  return rows
    .map((row) => {
      const { at } = row;
      if (at !== undefined && at !== null) here = Math.floor(Number(at) / hour);
      return { hour: here, row };
    })
    .toSorted((a, b) => a.hour - b.hour);
}

describe('a table cut by the hour', () => {
  it('has the hours in order, each with columns of equal length', () => {
    const rows = [
      { at: hour + 5, value: 3 },
      { at: 0, value: 1, extra: 'x' },
      { at: 10 },
      { value: 2 },
      { at: hour - 1, value: 7 },
    ];
    expect(cut(rows)).toEqual([
      {
        hour: 0,
        part: 0,
        startIndex: 1,
        count: 4,
        columns: { at: [0, 10, null, hour - 1], value: [1, null, 2, 7], extra: ['x', null, null, null] },
      },
      { hour: 1, part: 0, startIndex: 0, count: 1, columns: { at: [hour + 5], value: [3] } },
    ]);
    expect(cut([])).toEqual([]);
  });

  it('takes an offset as text for the number that it is', () => {
    expect(cut([{ at: String(3 * hour) }, { at: 'soon' }, { at: '' }]).map((one) => [one.hour, one.count])).toEqual([
      [3, 3],
    ]);
  });

  it('has every row once, in its hour, in the order that they came in', () => {
    fc.assert(
      fc.property(anyRows, (given) => {
        const rows = given as JsonObject[];
        const parts = cut(rows);
        const expected = placed(rows);
        for (const name of ['at', 'value', 'constructor', 'other'])
          expect(joined(parts, name)).toEqual(
            expected.map(({ row }) => (Object.hasOwn(row, name) ? (row[name] ?? null) : null)),
          );
        expect(parts.flatMap((one) => Array.from({ length: one.count }, () => one.hour))).toEqual(
          expected.map((one) => one.hour),
        );
        for (const { columns, count } of parts)
          expect(Object.values(columns).map(({ length }) => length)).toEqual(Object.keys(columns).map(() => count));
      }),
    );
  });

  it('never makes a message that a broker refuses, whatever is in its rows', () => {
    const wide = Array.from({ length: 3000 }, (_, index) => ({
      at: 0,
      value: Math.PI * -1e-7,
      [`other${index}`]: '€',
    }));
    const long = Array.from({ length: 60_000 }, (_, index) => ({ at: 0, value: -Math.PI * (index + 1) * 1e-300 }));
    const texts = Array.from({ length: 2000 }, (_, index) => ({ at: index, value: '\u0001€'.repeat(100) }));
    for (const rows of [wide, long, texts]) {
      const parts = cut(rows);
      expect(parts.length).toBeGreaterThan(1);
      expect(parts.map(({ part }) => part)).toEqual(parts.map((_, index) => index));
      expect(joined(parts, 'value')).toEqual(rows.map(({ value }) => value));
      expect(Math.max(...parts.map(({ columns }) => Buffer.byteLength(JSON.stringify(columns))))).toBeLessThan(580_000);
    }
  });

  it('keeps the parts that it has when rows follow', () => {
    const rows = Array.from({ length: 60_000 }, (_, index) => ({ at: index * 100, value: index + 0.5 }));
    const before = cut(rows.slice(0, 50_000));
    const after = cut(rows);
    expect(before.length).toBeGreaterThan(2);
    expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
  });
});
