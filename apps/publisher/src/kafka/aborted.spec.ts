import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { markAborted, type FetchedPartition, type FetchedRecord } from './aborted.ts';

interface Transaction {
  readonly producerId: string;
  readonly first: number;
  readonly last: number;
  readonly isCommitted: boolean;
}

/** One partition's log, and the transactions in the order of their ends, as the broker lists them. */
interface Log {
  readonly records: readonly (FetchedRecord & { readonly transaction?: Transaction })[];
  readonly transactions: readonly Transaction[];
}

interface Act {
  readonly producer: number;
  readonly what: 'append' | 'commit' | 'abort';
}

const producers = 4;
const anAct: fc.Arbitrary<Act> = fc.record({
  producer: fc.nat(producers - 1),
  what: fc.constantFrom('append', 'append', 'append', 'commit', 'abort'),
});

function logOf(acts: readonly Act[]): Log {
  const records: { record: FetchedRecord; producer: number }[] = [];
  const transactions: Transaction[] = [];
  const begun = new Map<number, number>();
  const put = (producer: number, isControlRecord: boolean): number => {
    const batchContext = { producerId: String(producer), inTransaction: true };
    return (
      records.push({ producer, record: { offset: String(records.length), key: null, batchContext, isControlRecord } }) -
      1
    );
  };
  // Whoever has an open one in the end aborts it.
  const ends = Array.from({ length: producers }, (_, producer) => ({ producer, what: 'abort' }) as const);
  for (const { producer, what } of [...acts, ...ends]) {
    const first = begun.get(producer);
    if (what === 'append') begun.set(producer, Math.min(put(producer, false), first ?? Number.POSITIVE_INFINITY));
    else if (first !== undefined) {
      const last = put(producer, true);
      transactions.push({ producerId: String(producer), first, last, isCommitted: what === 'commit' });
      begun.delete(producer);
    }
  }
  const transactionOf = (offset: number, producer: number) =>
    transactions.find((one) => one.producerId === String(producer) && one.first <= offset && offset <= one.last);
  return {
    transactions,
    records: records.map(({ record, producer }, offset) => {
      const transaction = transactionOf(offset, producer);
      return { ...record, ...(transaction && { transaction }) };
    }),
  };
}

/** As a broker answers: the aborted ones of what it sends, in the order of their ends. */
function fetchOf({ records, transactions }: Log, from: number, to: number): FetchedPartition {
  return {
    messages: records.slice(from, to).map((record) => ({ ...record })),
    abortedTransactions: transactions
      .filter(({ isCommitted, first, last }) => !isCommitted && last >= from && first < to)
      .map(({ producerId, first }) => ({ producerId, firstOffset: String(first) })),
  };
}

const shown = ({ messages }: FetchedPartition): readonly string[] =>
  messages.filter(({ isControlRecord }) => isControlRecord !== true).map(({ offset }) => offset);

describe('markAborted', () => {
  it('leaves what was committed, wherever a fetch begins and ends', () => {
    fc.assert(
      fc.property(fc.array(anAct, { maxLength: 60 }), fc.nat(60), fc.nat(60), (acts, from, length) => {
        const log = logOf(acts);
        const fetched = fetchOf(log, from, from + length);
        markAborted(fetched);
        const committed = log.records
          .slice(from, from + length)
          .filter(({ isControlRecord, transaction }) => isControlRecord !== true && transaction?.isCommitted === true);
        expect(shown(fetched)).toEqual(committed.map(({ offset }) => offset));
        expect(fetched.abortedTransactions).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('hides all of a transaction that begins before another one and ends after it', () => {
    const append = (producer: number): Act => ({ producer, what: 'append' });
    const log = logOf([
      append(0),
      append(0),
      append(1),
      { producer: 1, what: 'abort' },
      append(0),
      { producer: 0, what: 'abort' },
    ]);
    const fetched = fetchOf(log, 0, 10);
    expect(fetched.abortedTransactions?.map(({ firstOffset }) => firstOffset)).toEqual(['2', '0']);
    markAborted(fetched);
    expect(shown(fetched)).toEqual([]);
  });
});
