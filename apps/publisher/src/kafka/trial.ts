import type { Kafka } from 'kafkajs';
import { bookkeepingOf, replayGroupOf } from '../bookkeeping.ts';
import type { BrokerSettings } from '../broker.ts';
import type { RefusedRight } from '../doctor/rights.ts';
import type { WantedTopic } from '../topic-plan.ts';
import { createKafka, withAdmin } from './client.ts';
import { find, isCoordinatorMoving, type KafkaFailure } from './failure.ts';
import { creationOf } from './topic-cluster.ts';
import { Transactor } from './transactor.ts';
import { whilePassing } from './while-passing.ts';

/**
 * Tries what a publisher has to be allowed, and leaves nothing behind: the topics are made for a try only, and a transaction
 * writes a position of a replay that is none. Whether it may write the topics cannot be told without writing.
 * @param replay UUID
 * @param hasPositions whether the topic of the lanes is there, without which there is no position to write
 */
export async function tryRights(
  settings: BrokerSettings,
  wanted: readonly WantedTopic[],
  replay: string,
  hasPositions: boolean,
): Promise<readonly RefusedRight[]> {
  const kafka = createKafka(settings);
  const [topics, transaction] = await Promise.all([
    tryTopics(kafka, wanted),
    tryTransaction(kafka, settings, replay, hasPositions),
  ]);
  return [...topics, ...transaction];
}

/** It is there, or the tenant file wants more copies than there are brokers, which a look at the topics tells. */
const untold = new Set(['TOPIC_ALREADY_EXISTS', 'INVALID_REPLICATION_FACTOR']);

async function tryTopics(kafka: Kafka, wanted: readonly WantedTopic[]): Promise<readonly RefusedRight[]> {
  try {
    const topics = wanted.map(creationOf);
    await withAdmin(kafka, (admin) => admin.createTopics({ topics, validateOnly: true, waitForLeaders: false }));
    return [];
  } catch (error) {
    const { errors = [error] } = error as KafkaFailure;
    return errors.flatMap((one): readonly RefusedRight[] => {
      const { type, topic } = one as { type?: unknown; topic?: unknown };
      if (typeof topic !== 'string' || typeof type !== 'string') throw error;
      if (untold.has(type)) return [];
      return [{ resource: 'topic', name: topic, error: type }];
    });
  }
}

async function tryTransaction(
  kafka: Kafka,
  { deployment }: BrokerSettings,
  replay: string,
  hasPositions: boolean,
): Promise<readonly RefusedRight[]> {
  const group = replayGroupOf(deployment, replay);
  const { topic: positionsTopic } = bookkeepingOf(deployment);
  const topics = { partitionsOf: () => Promise.resolve(new Map<string, number>()), forget: () => undefined };
  const steps = new Steps();
  try {
    const transactor = await steps.on('transactional-id', group, () =>
      Transactor.open({ kafka, transactionalId: group, positionsTopic, topics }),
    );
    try {
      await steps.on('group', group, () => whilePassing(() => transactor.positions([group]), isCoordinatorMoving));
      if (!hasPositions) return [];
      await steps.on('topic', positionsTopic, () => transactor.transact({ rows: [], last: 0 }, { group, lane: 0 }));
      await steps.on('group', group, () => withAdmin(kafka, (admin) => admin.deleteGroups([group])));
    } finally {
      await transactor.close();
    }
    return [];
  } catch (error) {
    return [steps.refused(error)];
  }
}

/** What was being tried when something was refused. */
class Steps {
  #resource: RefusedRight['resource'] = 'transactional-id';
  #name = '';

  on<T>(resource: RefusedRight['resource'], name: string, work: () => Promise<T>): Promise<T> {
    [this.#resource, this.#name] = [resource, name];
    return work();
  }

  /** @throws the error itself where it is no refusal */
  refused(error: unknown): RefusedRight {
    // kafkajs keeps what is wrong with a group that it could not delete in a place of its own.
    const { groups = [] } = error as { readonly groups?: readonly { readonly error?: unknown }[] };
    for (const one of [error, ...groups.map((group) => group.error)]) {
      const refusal = find(one, ({ name, type }) => name === hidden || String(type).endsWith('AUTHORIZATION_FAILED'));
      if (refusal === undefined) continue;
      const kind = refusal.name === hidden ? 'COORDINATOR_NOT_SHOWN' : String(refusal.type);
      return { resource: this.#resource, name: this.#name, error: kind };
    }
    throw error;
  }
}

/** All that kafkajs tells of a coordinator that the brokers do not show to whom they do not allow the group, or the id. */
const hidden = 'KafkaJSGroupCoordinatorNotFound';
