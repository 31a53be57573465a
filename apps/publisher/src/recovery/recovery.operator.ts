import { type PublisherEnv, TenantFile } from '#config';
import { BridgeError, topicOf } from '#core';
import { now } from '#platform/program';
import { resources, topics } from '#resources';
import { connectedApps, lastKnownMoment, openDatabase, planRecovery, recover, type RecoveryPlan } from '#store';
import { brokerSettingsOf } from '../broker-settings.ts';
import { createKafkajsBroker } from '../kafka/kafkajs-broker.ts';
import { readPublished } from './read-published.ts';

export interface Recovery {
  /** From when on Kafka is read; some minutes before the newest thing in the database unless given. */
  readonly since: Date | undefined;
  /** Told when reading begins. */
  readonly begins: (since: Date) => void;
  /** Told now and then how many messages were read. */
  readonly progress: (messages: number) => void;
  /** Told what is going to be done. @returns whether to do it */
  readonly confirm: (plan: RecoveryPlan) => boolean;
}

export type { RecoveryPlan } from '#store';

/**
 * Has a database that was restored from a backup go on where Kafka is, before the services are started.
 * @throws BridgeError CONFIG_INVALID when services are connected to it; nothing is changed then
 */
export async function recoverDatabase(env: PublisherEnv, recovery: Recovery): Promise<void> {
  const tenants = new TenantFile(env.TENANTS_FILE, { knownResources: resources.map(({ name }) => name) });
  const db = openDatabase(env.DATABASE_URL, { pool: 4, applicationName: `${env.DEPLOYMENT}-recover` });
  try {
    const apps = await connectedApps(db, env.DEPLOYMENT);
    if (apps.length > 0)
      throw new BridgeError(
        'CONFIG_INVALID',
        `${apps.join(', ')} ${apps.length === 1 ? 'is' : 'are'} connected to the database. Stop all services first: what they record or publish now would be taken for something else`,
      );
    const since = recovery.since ?? (await lastKnownMoment(db));
    recovery.begins(since);
    const published = await readPublished({
      log: createKafkajsBroker(brokerSettingsOf(env)).log,
      deployment: env.DEPLOYMENT,
      topics: tenants.all().flatMap(({ topics: { prefix } }) => topics().map((name) => topicOf(prefix, name))),
      resources,
      since,
      progress: recovery.progress,
    });
    const plan = await planRecovery(db, published);
    if (recovery.confirm(plan)) await recover(db, plan, new Date(now()));
  } finally {
    await db.destroy();
  }
}
