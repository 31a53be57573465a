import { describe, expect, it } from '@jest/globals';
import { compareWithLedger, exact } from './ledger-comparison.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import { entry, record } from './planted.ts';
import type { ReceivedRecord } from './received-record.ts';

const ledger = [
  entry('created', 't1'),
  entry('updated', 't2'),
  entry('touched', 't3'),
  entry('deleted', 't4', { body: null }),
];
const complete = [
  record(1, 'SessionRecorded', 't1'),
  record(2, 'SessionRevised', 't2'),
  record(3, 'SessionDeleted', ''),
];

describe('the comparison with the ledger', () => {
  it('finds nothing wrong in a complete stream', () => {
    const result = compareWithLedger(ledger, complete);
    expect(result).toEqual({ expected: 3, matched: 3, ...exact });
  });

  it('finds a lost event, and the gap in the sequence', () => {
    const result = compareWithLedger(ledger, [record(1, 'SessionRecorded', 't1'), record(3, 'SessionDeleted', '')]);
    expect(result.missing).toEqual(['aino training-sessions/77 SessionRevised modified t2']);
    expect(result.outOfOrder).toHaveLength(1);
  });

  it('finds an event that came twice', () => {
    const again = record(4, 'SessionRevised', 't2', { id: 'id-2' });
    const result = compareWithLedger(ledger, [...complete, again]);
    expect(result.twice).toEqual(['id-2 SessionRevised x 2']);
    expect(result.unexpected).toHaveLength(1);
  });

  it('does not blame the product for a record that the consumer read twice', () => {
    expect(compareWithLedger(ledger, [...complete, ...complete]).twice).toEqual([]);
  });

  it('finds an event without a change, such as one for a touched marker', () => {
    const result = compareWithLedger(ledger, [...complete, record(4, 'SessionRevised', 't3')]);
    expect(result.unexpected).toEqual(['aino training-sessions/77 SessionRevised modified t3']);
  });

  it('finds events in the wrong order', () => {
    const [first, second, third] = complete as [ReceivedRecord, ReceivedRecord, ReceivedRecord];
    const swapped = [first, { ...third, offset: '2' }, { ...second, offset: '3' }];
    expect(compareWithLedger(ledger, swapped).outOfOrder).not.toEqual([]);
    expect(compareWithLedger(ledger, swapped).missing).not.toEqual([]);
  });

  it('expects of the time before the connection only how things stood then', () => {
    const before = [entry('created', 't1', { genesis: true }), entry('updated', 't2', { genesis: true })];
    expect(compareWithLedger(before, [record(1, 'SessionRecorded', 't2')]).matched).toBe(1);
  });

  it('expects a score that appears as SleepScored, and a score that changes as SleepRevised', () => {
    const night = (change: LedgerEntry['change'], score?: number): LedgerEntry =>
      entry(change, '', {
        resource: 'sleeps',
        identity: ['2026-11-22'],
        body: {
          sleepResult: { hypnogram: { sleepStart: 'a', sleepEnd: 'b' } },
          ...(score === undefined ? {} : { sleepScore: { sleepScore: score } }),
        },
      });
    const sleep = (sequence: number, type: string, data: ReceivedRecord['data']): ReceivedRecord =>
      record(sequence, type, '', { resource: 'sleeps', identity: ['2026-11-22'], data });
    const hypnogram = { sleepResult: { hypnogram: { sleepStart: 'a', sleepEnd: 'b' } } };
    const result = compareWithLedger(
      [night('created'), night('updated', 80), night('updated', 81)],
      [
        sleep(1, 'SleepRecorded', hypnogram),
        sleep(2, 'SleepScored', { sleepScore: { sleepScore: 80 } }),
        sleep(3, 'SleepRevised', { ...hypnogram, sleepScore: { sleepScore: 81 } }),
      ],
    );
    expect(result).toMatchObject({ expected: 3, matched: 3, missing: [], unexpected: [] });
  });

  it('finds an event of a type or an item that nothing speaks for', () => {
    const stray = record(4, 'SessionArchived', 't3');
    expect(compareWithLedger(ledger, [...complete, stray]).unexpected).toEqual([
      'aino training-sessions/77 SessionArchived modified t3',
    ]);
    const other = record(4, 'SessionRecorded', 't3', { identity: ['78'] });
    expect(compareWithLedger(ledger, [...complete, other]).unexpected).toHaveLength(1);
  });

  it('refuses a ledger of a resource that it does not know', () => {
    expect(() => compareWithLedger([entry('created', 't1', { resource: 'dreams' })], [])).toThrow(/dreams/);
  });

  it('takes what belongs to all athletes for one story, whoever is told', () => {
    const sport = { resource: 'sports', identity: ['1'] };
    const catalogue = [entry('created', 't1', { ...sport, athlete: 'acme/*', genesis: true })];
    const told = record(1, 'SportCatalogUpdated', 't1', { ...sport, athlete: '', source: '/tenants/acme' });
    expect(compareWithLedger(catalogue, [told])).toMatchObject({ matched: 1, ...exact });
    const again = { ...told, sequence: 2, offset: '2', id: 'other' };
    expect(compareWithLedger(catalogue, [told, again]).unexpected).toHaveLength(1);
  });
});
