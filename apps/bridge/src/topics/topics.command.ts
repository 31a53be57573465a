import { Command } from 'commander';
import { loadEnv, PublisherEnv } from '#config';
import { times } from '#core';
import type { Grantee, TopicReport } from '../../../publisher/src/topics/topics.operator.ts';
import { settings, UsageError, WrongError } from '../failures.ts';
import { examples, note } from '../output/examples.ts';
import { print, withJson } from '../output/print.ts';
import { table } from '../output/table.ts';
import { atPlaces } from '../places.ts';
import type { Terminal } from '../output/terminal.ts';

const reads = note('Reads the settings of a publisher: DATABASE_URL, TENANTS_FILE, KAFKA_BROKERS and others.');

/** Loaded when it is needed: no other command waits for it. */
const operator = () => import('../../../publisher/src/topics/topics.operator.ts');

export function topicsCommand(): Command {
  return new Command('topics')
    .description('the topics of the tenant file, and the rights to them')
    .addCommand(checkCommand())
    .addCommand(aclCommand());
}

function checkCommand(): Command {
  return withJson(new Command('check'))
    .description("how the cluster's topics differ from the tenant file, those that differ first")
    .addHelpText('after', reads)
    .addHelpText('after', examples(['topics check', 'ends with 1 if one differs']))
    .action(async (_: unknown, command: Command) => {
      const env = settings(() => loadEnv(PublisherEnv));
      const { checkTopics } = await operator();
      const report = await atPlaces(env, () => checkTopics(env));
      print(command, report, (terminal) => reportTopics(report, terminal));
      if (!report.isFine) throw new WrongError();
    });
}

interface AclOptions {
  readonly publisher: string;
  readonly consumer?: string;
  readonly group?: string;
  readonly tenant?: string;
}

function aclCommand(): Command {
  return withJson(new Command('acl'))
    .description('commands of Kafka that give a publisher what it needs, or with --consumer and --group a consumer')
    .option('--publisher <principal>', 'the user of the publishers', 'User:publisher')
    .option('--consumer <principal>', 'the user of a consumer, instead')
    .option('--group <name>', 'the group that the consumer reads as')
    .option('--tenant <id>', 'only the topics of this tenant; else of all, for a consumer')
    .addHelpText('after', reads)
    .addHelpText(
      'after',
      examples(
        ['topics acl --publisher User:bridge', 'what a publisher has to be allowed'],
        ['topics acl --consumer User:coach --group coach --tenant acme', 'and a consumer'],
      ),
    )
    .action(async (options: AclOptions, command: Command) => {
      const grantee = granteeOf(options);
      const env = settings(() => loadEnv(PublisherEnv));
      const commands = (await operator()).aclCommands(env, grantee);
      print(command, { commands }, () => commands.map((line) => `${line}\n`).join(''));
    });
}

function granteeOf({ publisher, consumer, group, tenant }: AclOptions): Grantee {
  if (consumer !== undefined && group !== undefined) return { consumer, group, tenant };
  if (consumer !== undefined || group !== undefined)
    throw new UsageError('--consumer and --group go together: a consumer reads as its group.');
  if (tenant !== undefined)
    throw new UsageError(
      '--tenant is for a consumer, with --consumer and --group: a publisher writes the topics of all.',
    );
  return { publisher };
}

function reportTopics({ topics, impossible }: TopicReport, terminal: Terminal): string {
  const rows = topics
    .toSorted((a, b) => Number(a.isFine) - Number(b.isFine))
    .map(({ topic, wantedBy, isFine, state }) => [topic, wantedBy, isFine ? state : terminal.paint('red', state)]);
  const wrong = topics.filter(({ isFine }) => !isFine).length;
  return [
    ...impossible.map((line) => `${terminal.paint('red', line)}\n`),
    `${times(topics.length, 'topic')}, ${wrong === 0 ? 'all as wanted' : `${String(wrong)} not as wanted`}.\n\n`,
    table([{ title: 'topic' }, { title: 'wanted by' }, { title: 'state', wraps: true }], rows, terminal),
  ].join('');
}
