import type { Kafka } from 'kafkajs';
import { bookkeepingOf, replayGroupOf } from '../bookkeeping.ts';
import type { Compression, TopicDirectory } from '../broker.ts';
import type { ReplayProducer } from '../replay.ts';
import { withAdmin } from './client.ts';
import { Transactor } from './transactor.ts';

export interface ReplayProducerOptions {
  readonly kafka: Kafka;
  readonly deployment: string;
  readonly replay: string;
  readonly topics: TopicDirectory;
  readonly compression?: Compression;
}

/** As a lane's producer: a replay that goes on elsewhere goes on where its last transaction ended. */
export async function openReplayProducer(options: ReplayProducerOptions): Promise<ReplayProducer> {
  const { kafka, deployment, replay } = options;
  const group = replayGroupOf(deployment, replay);
  const positionsTopic = bookkeepingOf(deployment).topic;
  const transactor = await Transactor.open({ ...options, transactionalId: group, positionsTopic });
  const [committed = new Map<number, number>()] = await transactor.positions([group]).catch((error: unknown) => {
    transactor.close().catch(() => undefined);
    throw error;
  });
  return {
    committed,
    transact: (lane, batch) => transactor.transact(batch, { group, lane }),
    close: () => transactor.close(),
    forget: async () => {
      await withAdmin(kafka, (admin) => admin.deleteGroups([group]));
    },
  };
}
