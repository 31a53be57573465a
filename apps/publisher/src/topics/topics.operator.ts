import { type PublisherEnv, TenantFile } from '#config';
import { resources, stateTopics, topics } from '#resources';
import { countLanes, openDatabase } from '#store';
import { bookkeepingOf } from '../bookkeeping.ts';
import { brokerSettingsOf } from '../broker-settings.ts';
import { createKafkajsBroker } from '../kafka/kafkajs-broker.ts';
import { lanesTopic, tenantTopics } from '../wanted-topics.ts';
import { reportTopics, type TopicReport } from './report.ts';
import { aclCommand, consumerRights, publisherRights } from './rights.ts';

export type { TopicReport } from './report.ts';

/** How the topics of the cluster differ from those of the tenant file. */
export async function checkTopics(env: PublisherEnv): Promise<TopicReport> {
  const tenants = tenantsOf(env).all();
  const broker = createKafkajsBroker(brokerSettingsOf(env));
  const db = openDatabase(env.DATABASE_URL, {
    role: 'accesslink_bridge_publisher',
    pool: 1,
    applicationName: `${env.DEPLOYMENT}-topics`,
  });
  try {
    const lanes = lanesTopic(bookkeepingOf(env.DEPLOYMENT).topic, await countLanes(db), tenants);
    const wanted = [...tenantTopics(tenants, topics(), stateTopics()), lanes];
    const found = await broker.topics.find(wanted.map(({ topic }) => topic));
    return reportTopics(wanted, found, await broker.topics.brokers());
  } finally {
    await db.destroy();
  }
}

/** Who is to be given rights: a publisher, or a consumer with its group. */
export type Grantee =
  | { readonly publisher: string }
  | { readonly consumer: string; readonly group: string; readonly tenant: string | undefined };

/**
 * Commands of Kafka's own tools that give what somebody needs.
 * @throws BridgeError NOT_FOUND when there is no such tenant
 */
export function aclCommands(env: PublisherEnv, grantee: Grantee): readonly string[] {
  const tenants = tenantsOf(env);
  const prefixesOf = (tenant: string | undefined): readonly string[] =>
    (tenant === undefined ? tenants.all() : [tenants.get(tenant)]).map(({ topics: { prefix } }) => prefix);
  const rights =
    'publisher' in grantee
      ? publisherRights({ principal: grantee.publisher, deployment: env.DEPLOYMENT, prefixes: prefixesOf(undefined) })
      : consumerRights({ principal: grantee.consumer, group: grantee.group, prefixes: prefixesOf(grantee.tenant) });
  return rights.map((right) => aclCommand(env.KAFKA_BROKERS, right));
}

function tenantsOf({ TENANTS_FILE }: PublisherEnv): TenantFile {
  return new TenantFile(TENANTS_FILE, { knownResources: resources.map(({ name }) => name) });
}
