import type { PublisherEnv } from '#config';
import { type Tenant, type Verdict, isBridgeError, verdict } from '#core';
import type { Ids } from '#platform';
import { stateTopics, topics } from '#resources';
import {
  countLanes,
  createParkedStore,
  faultOfPublication,
  isSlotActive,
  laneStates,
  serverFacts,
  type Database,
} from '#store';
import { bookkeepingOf } from '../bookkeeping.ts';
import type { Broker } from '../broker.ts';
import { brokerSettingsOf } from '../broker-settings.ts';
import { refusalIn } from '../kafka/failure.ts';
import { createKafkajsBroker } from '../kafka/kafkajs-broker.ts';
import { tryRights } from '../kafka/trial.ts';
import type { WantedTopic } from '../topic-plan.ts';
import { lanesTopic, tenantTopics } from '../wanted-topics.ts';
import { lookAtLanes, slotVerdicts } from './lanes.ts';
import { rightVerdicts, unseen } from './rights.ts';
import { topicVerdicts } from './topics.ts';
import { sentence } from './sentence.ts';

/** What can be told of a publisher's side. Each throws what it cannot explain. */
export interface PublisherDoctor {
  readonly broker: () => Promise<readonly Verdict[]>;
  /** Whether the brokers let a publisher do what it has to do. */
  readonly rights: (tenants: readonly Tenant[]) => Promise<readonly Verdict[]>;
  readonly topics: (tenants: readonly Tenant[]) => Promise<readonly Verdict[]>;
  /** Who relays the lanes, how far they are, and whether the database and Kafka agree. */
  readonly lanes: () => Promise<readonly Verdict[]>;
}

/** @param db as the publisher's role; asked for where it is needed only */
export function createPublisherDoctor(env: PublisherEnv, db: () => Database, ids: Ids): PublisherDoctor {
  const settings = brokerSettingsOf(env);
  const broker = createKafkajsBroker(settings);
  const { topic, group } = bookkeepingOf(env.DEPLOYMENT);
  const lanesOf = async (tenants: readonly Tenant[]): Promise<WantedTopic> =>
    lanesTopic(topic, await countLanes(db()), tenants);

  return {
    broker: () => lookAtBroker(env, broker),

    rights: (tenants) =>
      seen(async () => {
        const lanes = await lanesOf(tenants);
        const hasPositions = (await broker.topics.find([lanes.topic])).has(lanes.topic);
        // One topic of each tenant: rights are given by prefix.
        const sample = tenants.flatMap((tenant) => tenantTopics([tenant], topics(), []).slice(0, 1));
        return rightVerdicts(await tryRights(settings, [lanes, ...sample], ids.uuid(), hasPositions));
      }),

    topics: (tenants) =>
      seen(async () => {
        const wanted = [await lanesOf(tenants), ...tenantTopics(tenants, topics(), stateTopics())];
        const found = await broker.topics.find(wanted.map((one) => one.topic));
        return topicVerdicts(wanted, found, await broker.topics.brokers());
      }),

    lanes: async () => {
      const lanes = () => laneStates(db());
      const parked = () => createParkedStore(db()).counts();
      if (env.RELAY === 'debezium') {
        const slot = env.DEBEZIUM_SLOT;
        const [isActive, fault] = [await isSlotActive(db(), slot), await faultOfPublication(db())];
        return slotVerdicts({ slot, isActive, fault }, await lanes(), await parked());
      }
      const positions = () => broker.log.positions(group, topic);
      const now = async () => (await serverFacts(db())).at;
      return lookAtLanes({ positions, now, lanes, parked }, env.DEPLOYMENT);
    },
  };
}

/** A topic may be there and may be listed, and not be shown all the same. */
async function seen(look: () => Promise<readonly Verdict[]>): Promise<readonly Verdict[]> {
  try {
    return await look();
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal?.reason !== 'not_authorised') throw error;
    return [unseen(refusal.detail)];
  }
}

async function lookAtBroker(env: PublisherEnv, broker: Broker): Promise<readonly Verdict[]> {
  const where = `Kafka at ${env.KAFKA_BROKERS} (KAFKA_BROKERS)`;
  try {
    await broker.ping();
  } catch (error) {
    if (isBridgeError(error, 'BROKER_ACCESS_DENIED') || isBridgeError(error, 'BROKER_UNAVAILABLE')) {
      const [what = '', ...advice] = error.message.split('; ');
      return [verdict.broken(`${where}: ${what}.`, `${sentence(advice.join('; '))}.`)];
    }
    return [
      verdict.broken(
        `${where} cannot be reached.`,
        'Start it, correct the hosts and ports, or look at the network policy; docs/operate.md has what each listener wants.',
      ),
    ];
  }
  if (env.KAFKA_SASL_MECHANISM === 'plain' && !env.KAFKA_SSL)
    return [
      verdict.warn(
        `${where}: the password goes over the network in the clear.`,
        'Use a listener of SASL_SSL with KAFKA_SSL=true, or a mechanism of SCRAM.',
      ),
    ];
  return [verdict.ok(`Kafka at ${env.KAFKA_BROKERS}.`)];
}
