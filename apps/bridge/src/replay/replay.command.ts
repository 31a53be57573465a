import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { now } from '#platform/program';
import { allEventTypes } from '#resources';
import type { ReplayPageView, ReplaySizeView, ReplayView } from '../../../publisher/src/replays.dto.ts';
import { WrongError } from '../failures.ts';
import { chosen } from '../output/choices.ts';
import { examples } from '../output/examples.ts';
import { print, withJson } from '../output/print.ts';
import { withProgress } from '../output/progress.ts';
import { terminalOf } from '../output/terminal.ts';
import { connectionId, replayId } from '../services/connection.ts';
import { follow } from '../services/follow.ts';
import { serviceOf, withActor, withServices } from '../services/options.ts';
import { route, type Service } from '../services/service.ts';
import { tenantOf, withTenant } from '../services/tenant.ts';
import { reportReplay, reportReplays, reportSize } from './report.ts';

interface Wanted {
  readonly from: string;
  readonly to: string;
  readonly connection?: string;
  readonly type?: readonly string[];
  readonly mode?: readonly string[];
  readonly topic?: string;
  readonly perSecond?: number;
  readonly dryRun?: boolean;
  readonly follow?: boolean;
}

const id = '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c';

export function replayCommand(): Command {
  const command = new Command('replay')
    .description('publish events of the past once more')
    .addCommand(startCommand(), { isDefault: true })
    .addCommand(listCommand())
    .addCommand(statusCommand());
  for (const [name, what] of changes) command.addCommand(changeCommand(name, what));
  return command;
}

const based = (name: string): Command => withServices(withTenant(withJson(new Command(name))), 'publisher', 'poller');

function startCommand(): Command {
  return withActor(based('start'))
    .description('begin one, or only tell how many events there are; the word `start` may be left out')
    .requiredOption('--from <time>', 'events recorded from here on, such as 2026-11-20T00:00:00Z')
    .requiredOption('--to <time>', 'until before this')
    .option('--connection <id>', 'only events of this connection', connectionId)
    .option('--type <name...>', 'only events of these types, such as SleepScored', eventType)
    .addOption(new Option('--mode <name...>', 'only events of these modes').choices(['live', 'backfill', 'reconcile']))
    .option('--topic <name>', 'all of them into this topic, which exists; else each one into its own')
    .option('--per-second <events>', 'the pace; else 500', wholeNumber)
    .option('--dry-run', 'only tell how many there are')
    .option('--follow', 'watch until it has ended')
    .addHelpText(
      'after',
      examples(
        ['replay --from 2026-11-20T00:00:00Z --to 2026-11-21T00:00:00Z --dry-run', 'how many events a day has'],
        ['replay --from 2026-11-20T00:00:00Z --to 2026-11-21T00:00:00Z --type SleepScored', 'publish the scores again'],
      ),
    )
    .action(async (wanted: Wanted, command: Command) => {
      const { type: types, mode: modes, dryRun, follow: isFollowed, ...rest } = wanted;
      const { publisher, path } = await replaysOf(command);
      const body = bodyOf(rest, types, modes);
      if (dryRun === true) {
        const found = await publisher.post<ReplaySizeView>(path, { body: { ...body, dryRun } });
        return print(command, found, ({ prose }) => prose(reportSize(found)));
      }
      const begun = await publisher.post<ReplayView>(path, { body });
      return isFollowed === true ? watch(command, publisher, `${path}/${begun.id}`) : tell(command, begun);
    });
}

/** The options that are the route's as well. */
function bodyOf(
  { from, to, connection, topic, perSecond }: Omit<Wanted, 'type' | 'mode'>,
  types: Wanted['type'],
  modes: Wanted['mode'],
): object {
  const given = { from, to, connection, topic, perSecond, types, modes };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function listCommand(): Command {
  return based('list')
    .description("the tenant's replays, newest first")
    .addHelpText('after', examples(['replay list --tenant acme', 'all of them']))
    .action(async (_: unknown, command: Command) => {
      const { publisher, path } = await replaysOf(command);
      const found = await publisher.all<'replays', ReplayView>(path, 'replays');
      const view = found satisfies ReplayPageView;
      print(command, view, (terminal) => reportReplays(view.replays, now(), terminal));
    });
}

function statusCommand(): Command {
  return based('status')
    .description('how far a replay is')
    .addArgument(replayArgument())
    .option('--follow', 'watch until it has ended')
    .addHelpText('after', examples([`replay status ${id}`, 'now'], [`replay status ${id} --follow`, 'to the end']))
    .action(async (replay: string, { follow: isFollowed = false }: { follow?: boolean }, command: Command) => {
      const { publisher, path } = await replaysOf(command);
      const one = `${path}/${replay}`;
      return isFollowed ? watch(command, publisher, one) : tell(command, await publisher.get<ReplayView>(one));
    });
}

const changes = [
  ['pause', 'stop a replay until it is resumed'],
  ['resume', 'go on with one that is paused or has failed'],
  ['cancel', 'end a replay; what is published stays published'],
] as const;

function changeCommand(name: string, what: string): Command {
  return withActor(based(name))
    .description(what)
    .addArgument(replayArgument())
    .addHelpText('after', examples([`replay ${name} ${id}`, 'one of `bridge replay list`']))
    .action(async (replay: string, _: unknown, command: Command) => {
      const { publisher, path } = await replaysOf(command);
      tell(command, await publisher.post<ReplayView>(`${path}/${replay}/${name}`));
    });
}

const replayArgument = (): Argument =>
  new Argument('<replay>', 'its id, as `bridge replay list` shows it').argParser(replayId);

async function replaysOf(command: Command): Promise<{ publisher: Service; path: string }> {
  return {
    publisher: serviceOf(command, 'publisher'),
    path: route`/v1/tenants/${await tenantOf(command)}/replays`,
  };
}

const tell = (command: Command, view: ReplayView): void =>
  print(command, view, ({ prose }) => prose(reportReplay(view)));

/** @throws WrongError when it ended without having published all, or is paused */
async function watch(command: Command, publisher: Service, path: string): Promise<void> {
  terminalOf(command).complain('Ctrl-C ends the watching, not the replay.\n');
  const last = await withProgress(command, 'events', (progress) =>
    follow(
      () => publisher.get<ReplayView>(path),
      ({ published, events }) => progress.tell(published, events),
      ({ status }) => status !== 'running',
    ),
  );
  tell(command, last);
  if (last.status !== 'done') throw new WrongError();
}

/** No `choices` of commander: they would be more than the rest of the help. */
const eventType = (text: string, previous: readonly string[] = []): readonly string[] => [
  ...previous,
  chosen(allEventTypes(), text),
];

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Allowed: a whole number from 1.');
}
