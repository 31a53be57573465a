import { parseArgs } from 'node:util';
import { loadEnv, PublisherEnv, TenantFile } from '#config';
import { BridgeError, topicOf } from '#core';
import { runMain } from '#platform';
import { resources, topics } from '#resources';
import { connectedApps, lastKnownMoment, openDatabase, planRecovery, recover } from '#store';
import { brokerSettingsOf } from '../broker-settings.ts';
import { createKafkajsBroker } from '../kafka/kafkajs-broker.ts';
import { readPublished } from './read-published.ts';
import { reportPlan } from './report.ts';

const usage = `npm run recover -- [--dry-run] [--since TIME] [--accept-holes]

For a database that was restored from a backup, before the services are started: has it go on where Kafka is.
    --dry-run        only say what would be done
    --since TIME     read Kafka from then on (RFC 3339); 10 minutes before the newest thing in the database
    --accept-holes   go on although Kafka does not have all events since then
It reads the publisher's environment. DATABASE_URL is that of the migration, and the Kafka user has to read the topics.
`;

await runMain('recover', async () => {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      since: { type: 'string' },
      'accept-holes': { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  const env = loadEnv(PublisherEnv);
  const tenants = new TenantFile(env.TENANTS_FILE, { knownResources: resources.map(({ name }) => name) });
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const db = openDatabase(env.DATABASE_URL, { pool: 4, applicationName: `${env.DEPLOYMENT}-recover` });
  try {
    const apps = await connectedApps(db, env.DEPLOYMENT);
    if (apps.length > 0)
      throw new BridgeError(
        'CONFIG_INVALID',
        `${apps.join(', ')} ${apps.length === 1 ? 'is' : 'are'} connected to the database. Stop all services first: what they record or publish now would be taken for something else`,
      );
    const since = values.since === undefined ? await lastKnownMoment(db) : momentOf(values.since);
    say(`reading what was published since ${since.toISOString()}`);
    const published = await readPublished({
      log: createKafkajsBroker(brokerSettingsOf(env)).log,
      deployment: env.DEPLOYMENT,
      topics: tenants.all().flatMap(({ topics: { prefix } }) => topics().map((name) => topicOf(prefix, name))),
      resources,
      since,
      progress: (messages) => say(`${messages} messages read`),
    });
    const plan = await planRecovery(db, published);
    process.stdout.write(reportPlan(plan));
    if (values['dry-run']) return;
    if (plan.holes.length > 0 && !values['accept-holes'])
      throw new BridgeError(
        'CONFIG_INVALID',
        'Kafka does not have all events since the backup. Say --since with an earlier time; if they are not there any more, or were given up, --accept-holes goes on: items that only they told of may come under revisions that consumers have seen. Nothing was changed',
      );
    await recover(db, plan);
    process.stdout.write('done: the services may be started\n');
  } finally {
    await db.destroy();
  }
});

function momentOf(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime()))
    throw new BridgeError('CONFIG_INVALID', `--since is "${text}"; allowed: a time such as 2026-11-28T04:00:00Z`);
  return at;
}
