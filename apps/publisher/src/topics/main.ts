import { parseArgs } from 'node:util';
import { loadEnv, PublisherEnv, TenantFile } from '#config';
import { BridgeError } from '#core';
import { runMain } from '#platform';
import { resources, stateTopics, topics } from '#resources';
import { countLanes, openDatabase } from '#store';
import { bookkeepingOf } from '../bookkeeping.ts';
import { brokerSettingsOf } from '../broker-settings.ts';
import { createKafkajsBroker } from '../kafka/kafkajs-broker.ts';
import { lanesTopic, tenantTopics } from '../wanted-topics.ts';
import { reportTopics } from './report.ts';
import { aclCommand, consumerRights, publisherRights } from './rights.ts';

const usage = `npm run topics -- check    how the cluster's topics differ from the tenant file; ends with 1 if they do
npm run topics -- acl      commands that give a publisher, and with --consumer and --group a consumer, what they need
    --publisher User:NAME    User:publisher
    --consumer User:NAME --group GROUP [--tenant ID]
Both read the publisher's environment.
`;

await runMain('topics', async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      publisher: { type: 'string', default: 'User:publisher' },
      consumer: { type: 'string' },
      group: { type: 'string' },
      tenant: { type: 'string' },
    },
  });
  const [command] = positionals;
  if (values.help) return void process.stdout.write(usage);
  if ((command !== 'check' && command !== 'acl') || positionals.length > 1) {
    throw new BridgeError('CONFIG_INVALID', `there is no command "${positionals.join(' ')}". There are:\n${usage}`);
  }
  const env = loadEnv(PublisherEnv);
  const tenants = new TenantFile(env.TENANTS_FILE, { knownResources: resources.map(({ name }) => name) });

  if (command === 'acl') {
    const { consumer, group, tenant } = values;
    if ((consumer === undefined) !== (group === undefined)) {
      throw new BridgeError('CONFIG_INVALID', '--consumer and --group go together: a consumer reads as its group');
    }
    const chosen = tenant === undefined ? tenants.all() : [tenants.get(tenant)];
    const prefixes = chosen.map(({ topics: { prefix } }) => prefix);
    const rights =
      consumer !== undefined && group !== undefined
        ? consumerRights({ principal: consumer, group, prefixes })
        : publisherRights({ principal: values.publisher, deployment: env.DEPLOYMENT, prefixes });
    return void process.stdout.write(rights.map((right) => `${aclCommand(env.KAFKA_BROKERS, right)}\n`).join(''));
  }

  const broker = createKafkajsBroker(brokerSettingsOf(env));
  const db = openDatabase(env.DATABASE_URL, {
    role: 'accesslink_bridge_publisher',
    pool: 1,
    applicationName: `${env.DEPLOYMENT}-topics`,
  });
  try {
    const lanes = lanesTopic(bookkeepingOf(env.DEPLOYMENT).topic, await countLanes(db), tenants.all());
    const wanted = [...tenantTopics(tenants.all(), topics(), stateTopics()), lanes];
    const found = await broker.topics.find(wanted.map(({ topic }) => topic));
    const { text, isFine } = reportTopics(wanted, found, await broker.topics.brokers());
    process.stdout.write(text);
    if (!isFine) process.exitCode = 1;
  } finally {
    await db.destroy();
  }
});
