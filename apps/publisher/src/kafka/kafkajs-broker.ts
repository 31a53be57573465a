import { bookkeepingOf, recoveryGroupOf } from '../bookkeeping.ts';
import type { Broker, BrokerSettings } from '../broker.ts';
import { createKafka, silenceNegativeTimeouts, withAdmin } from './client.ts';
import { isFenced } from './failure.ts';
import { openLaneProducer } from './lane-producer.ts';
import { openReplayProducer } from './replay-producer.ts';
import { createTopicCluster } from './topic-cluster.ts';
import { createTopicLog } from './topic-log.ts';

/** The port's adapter for kafkajs. */
export function createKafkajsBroker(settings: BrokerSettings): Broker {
  silenceNegativeTimeouts();
  const { deployment, compression = 'none' } = settings;
  const kafka = createKafka(settings);
  return {
    topics: createTopicCluster(kafka, bookkeepingOf(deployment).group),
    openLane: (lane, topics) => openLaneProducer({ kafka, deployment, lane, topics, compression }),
    openReplay: (replay, topics) => openReplayProducer({ kafka, deployment, replay, topics, compression }),
    log: createTopicLog(kafka, recoveryGroupOf(deployment)),
    isFenced,
    ping: async () => {
      await withAdmin(kafka, (admin) => admin.describeCluster());
    },
  };
}
