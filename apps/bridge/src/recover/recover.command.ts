import { Command, InvalidArgumentError } from 'commander';
import { loadEnv, PublisherEnv } from '#config';
import type { RecoveryPlan } from '../../../publisher/src/recovery/recovery.operator.ts';
import { settings, WrongError } from '../failures.ts';
import { examples, note } from '../output/examples.ts';
import { isJson, withJson } from '../output/print.ts';
import { withProgress } from '../output/progress.ts';
import { terminalOf } from '../output/terminal.ts';
import { atPlaces } from '../places.ts';
import { reportPlan } from './report.ts';

interface Wanted {
  readonly dryRun?: boolean;
  readonly since?: Date;
  readonly acceptHoles?: boolean;
}

const reads = note(
  'Reads the settings of a publisher. DATABASE_URL is that of the migration, and the Kafka user has to read the topics. docs/disaster-recovery.md has the steps before and after.',
);

export function recoverCommand(): Command {
  return withJson(new Command('recover'))
    .description(
      'have a database that was restored from a backup go on where Kafka is, before the services are started',
    )
    .option('--dry-run', 'only say what would be done')
    .option('--since <time>', 'read Kafka from then on; 10 minutes before the newest thing in the database', timeOf)
    .option('--accept-holes', 'go on although Kafka does not have all events since then')
    .addHelpText('after', reads)
    .addHelpText(
      'after',
      examples(
        ['recover --dry-run', 'what would be done'],
        ['recover', 'do it; it may be run again'],
        ['recover --since 2026-11-28T04:00:00Z', 'when events since the backup were not found'],
      ),
    )
    .action(async ({ dryRun = false, since, acceptHoles = false }: Wanted, command: Command) => {
      const { complain, out, prose } = terminalOf(command);
      const env = settings(() => loadEnv(PublisherEnv));
      // Loaded when it is needed: no other command waits for it.
      const { recoverDatabase } = await import('../../../publisher/src/recovery/recovery.operator.ts');
      let found: RecoveryPlan | undefined;
      let isDone = false;
      await withProgress(command, 'messages read', (progress) =>
        atPlaces(env, () =>
          recoverDatabase(env, {
            since,
            begins: (from) => complain(`Reading what was published since ${from.toISOString()}.\n`),
            progress: (messages) => progress.tell(messages, null),
            confirm(plan) {
              progress.end();
              found = plan;
              // Before it is done, so that it is told whatever happens then.
              if (!isJson(command)) out(prose(reportPlan(plan)));
              return (isDone = !dryRun && (plan.holes.length === 0 || acceptHoles));
            },
          }),
        ),
      );
      if (found !== undefined && isJson(command)) out(`${JSON.stringify(documentOf(found, isDone), null, 2)}\n`);
      if (isDone) complain('Done: the services may be started.\n');
      else if (!acceptHoles && (found?.holes.length ?? 0) > 0) throw holes();
    });
}

const documentOf = ({ items, ...plan }: RecoveryPlan, isDone: boolean): object => ({
  isDone,
  ...plan,
  items: items.length,
});

const holes = (): WrongError =>
  new WrongError(
    'Kafka does not have all events since the backup. Say --since with an earlier time; if they are not there any more, or were given up, --accept-holes goes on: items that only they told of may come under revisions that consumers have seen. Nothing was changed.',
  );

function timeOf(text: string): Date {
  const at = new Date(text);
  // Without a zone it would be the time of wherever this runs.
  if (!/T.+(Z|[+-]\d\d:\d\d)$/.test(text) || Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('Allowed: a time such as 2026-11-28T04:00:00Z.');
  return at;
}
