import { BridgeError } from '#core';
import type { Kafka } from 'kafkajs';
import { bookkeepingOf, transactionalIdOf } from '../bookkeeping.ts';
import type { Compression, TopicDirectory } from '../broker.ts';
import type { LaneProducer } from '../lane-relay.ts';
import { explained } from './access.ts';
import { Transactor } from './transactor.ts';

export interface LaneProducerOptions {
  readonly kafka: Kafka;
  readonly deployment: string;
  readonly lane: number;
  readonly topics: TopicDirectory;
  readonly compression?: Compression;
}

/** Opens the lane's producer, and only then, when nobody else can write it any more, reads its positions. */
export async function openLaneProducer(options: LaneProducerOptions): Promise<LaneProducer> {
  const { deployment, lane } = options;
  const { group, releases, topic: positionsTopic } = bookkeepingOf(deployment);
  const transactor = await Transactor.open({
    ...options,
    transactionalId: transactionalIdOf(deployment, lane),
    positionsTopic,
  });
  try {
    const [relay, parked] = await transactor.positions([group, releases]);
    const committed = relay?.get(lane);
    if (committed === undefined) {
      throw new BridgeError(
        'BROKER_UNAVAILABLE',
        `the topic ${positionsTopic} has no partition ${lane} yet; it is tried again`,
      );
    }
    return {
      committed,
      released: parked?.get(lane) ?? 0,
      transact: (batch) => transactor.transact(batch, { group, lane }),
      release: (batch) => transactor.transact(batch, { group: releases, lane }),
      recommit: (last) => transactor.transact({ rows: [], last }, { group, lane }),
      close: () => transactor.close(),
    };
  } catch (error) {
    transactor.close().catch(() => undefined);
    throw explained(error);
  }
}
