import { Command } from 'commander';
import { now } from '#platform/program';
import type { BackfillCostView, BackfillsView } from '../../../poller/src/backfill.dto.ts';
import { WrongError } from '../failures.ts';
import { examples } from '../output/examples.ts';
import { isJson, print, withJson } from '../output/print.ts';
import { withProgress } from '../output/progress.ts';
import { terminalOf } from '../output/terminal.ts';
import { withConnection } from '../services/connection.ts';
import { follow } from '../services/follow.ts';
import { serviceOf, withActor, withServices } from '../services/options.ts';
import { resourceOption } from '../services/resource.ts';
import { route, type Service } from '../services/service.ts';
import { tenantOfConnection, withTenantOfConnection } from '../services/tenant.ts';
import { isStill, reportBackfills, reportCost, toldBy, whyEndless } from './report.ts';

interface Wanted {
  readonly from: string;
  readonly to: string;
  readonly resource?: readonly string[];
  readonly dryRun?: boolean;
  readonly follow?: boolean;
}

const id = '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c';

export function backfillCommand(): Command {
  const command = new Command('backfill')
    .description('fetch days of the past again')
    .addCommand(startCommand(), { isDefault: true })
    .addCommand(statusCommand());
  for (const [name, what] of changes) command.addCommand(changeCommand(name, what));
  return command;
}

const based = (name: string): Command =>
  withServices(withTenantOfConnection(withJson(withConnection(new Command(name)))), 'poller');

function startCommand(): Command {
  return withActor(based('start'))
    .description('begin one, or only tell what it would cost; the word `start` may be left out')
    .requiredOption('--from <day>', 'the first day, YYYY-MM-DD, local to the athlete')
    .requiredOption('--to <day>', "the day after the last one; at most the athlete's today")
    .addOption(resourceOption('only these; else all that are polled by days and granted'))
    .option('--dry-run', 'only tell what it would cost')
    .option('--follow', 'watch until it has ended')
    .addHelpText(
      'after',
      examples(
        [`backfill ${id} --from 2026-11-01 --to 2026-11-08 --dry-run`, 'what a week would cost'],
        [`backfill ${id} --from 2026-11-01 --to 2026-11-08 --follow`, 'fetch it, and watch'],
      ),
    )
    .action(async (connection: string, wanted: Wanted, command: Command) => {
      const { from, to, resource: resources, dryRun } = wanted;
      const { poller, path } = await backfillsOf(command, connection);
      const body = { from, to, ...(resources !== undefined && { resources }) };
      if (dryRun === true) {
        const cost = await poller.post<BackfillCostView>(path, { body: { ...body, dryRun } });
        return print(command, cost, (terminal) => reportCost(cost, terminal));
      }
      const begun = await poller.post<BackfillsView>(path, { body });
      return wanted.follow === true ? watch(command, poller, path) : tell(command, begun);
    });
}

function statusCommand(): Command {
  return based('status')
    .description('how far the backfills of a connection are')
    .option('--follow', 'watch until they have ended')
    .addHelpText('after', examples([`backfill status ${id}`, 'now'], [`backfill status ${id} --follow`, 'to the end']))
    .action(async (connection: string, { follow: isFollowed = false }: { follow?: boolean }, command: Command) => {
      const { poller, path } = await backfillsOf(command, connection);
      return isFollowed ? watch(command, poller, path) : tell(command, await poller.get<BackfillsView>(path));
    });
}

const changes = [
  ['pause', 'stop the backfills of a connection until they are resumed'],
  ['resume', 'go on with paused backfills where they have stopped'],
  ['cancel', 'end the backfills of a connection; what they have read stays'],
] as const;

function changeCommand(name: string, what: string): Command {
  return withActor(based(name))
    .description(what)
    .addHelpText('after', examples([`backfill ${name} ${id}`, 'of one athlete']))
    .action(async (connection: string, _: unknown, command: Command) => {
      const { poller, path } = await backfillsOf(command, connection);
      tell(command, await poller.post<BackfillsView>(`${path}/${name}`));
    });
}

async function backfillsOf(command: Command, connection: string): Promise<{ poller: Service; path: string }> {
  const tenant = await tenantOfConnection(command, connection);
  return {
    poller: serviceOf(command, 'poller'),
    path: route`/v1/tenants/${tenant}/connections/${connection}/backfills`,
  };
}

const tell = (command: Command, view: BackfillsView): void =>
  print(command, view, (terminal) => reportBackfills(view, now(), terminal));

/** @throws WrongError when none goes on, so that there is no end to wait for */
async function watch(command: Command, poller: Service, path: string): Promise<void> {
  const { complain, out } = terminalOf(command);
  complain('Ctrl-C ends the watching, not the backfill.\n');
  let seen: BackfillsView | undefined;
  const last = await withProgress(command, 'requests', (progress) =>
    follow(
      () => poller.get<BackfillsView>(path),
      (view) => {
        if (view.backfills.length === 0) return;
        seen = view;
        const used = sum(view.backfills.map(({ requestsUsed }) => requestsUsed));
        const left = sum(view.backfills.map(({ requestsLeft }) => requestsLeft));
        progress.tell(used, used + left);
      },
      (view) => view.backfills.length === 0 || whyEndless(view) !== undefined,
    ),
  );
  const endless = whyEndless(last);
  if (endless !== undefined) {
    tell(command, last);
    throw new WrongError(endless);
  }
  if (seen === undefined) return tell(command, last);
  // Who is erased has no backfill any more, and it did not come to its end.
  if (isStill(last))
    throw new WrongError(`${last.standstill} BackfillCompleted tells whether its backfill had ended before.`);
  if (isJson(command)) print(command, seen, () => '');
  else out(`The backfill has ended. A moment before: ${toldBy(seen)}\n`);
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
