import { describe, expect, it } from '@jest/globals';
import type { Kafka } from 'kafkajs';
import { Transactor } from './transactor.ts';

const never = new Promise<never>(() => undefined);

/** A client that has been told to hold back for hours: what it has not sent yet has no end. */
function held(): Kafka {
  const transaction = {
    abort: async () => undefined,
    isActive: () => true,
    sendOffsets: async () => undefined,
    commit: () => never,
  };
  const producer = { connect: async () => undefined, transaction: async () => transaction, disconnect: () => never };
  return { producer: () => producer } as unknown as Kafka;
}

describe('a transactor whose client waits without end', () => {
  const open = () =>
    Transactor.open({
      kafka: held(),
      transactionalId: 'id',
      positionsTopic: 'positions',
      topics: { partitionsOf: async () => new Map(), forget: () => undefined },
      longest: { transactionMs: 20, closeMs: 20 },
    });

  it('gives the transaction up, so that the lane starts over', async () => {
    const transactor = await open();
    await expect(transactor.transact({ rows: [], last: 1 }, { group: 'group', lane: 0 })).rejects.toMatchObject({
      code: 'BROKER_UNAVAILABLE',
    });
  });

  it('is closed all the same', async () => {
    await expect((await open()).close()).resolves.toBeUndefined();
  });
});
