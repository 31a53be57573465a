import { Argument, Command, InvalidArgumentError } from 'commander';
import { times } from '#core';
import { now } from '#platform/program';
import type {
  ParkedEventView,
  ParkedEventsView,
  ParkedPageView,
  ParkedStreamView,
  RetriedView,
} from '../../../publisher/src/parked.dto.ts';
import { UsageError } from '../failures.ts';
import { examples } from '../output/examples.ts';
import { print, withJson } from '../output/print.ts';
import { connectionId } from '../services/connection.ts';
import { serviceOf, withActor, withServices } from '../services/options.ts';
import { route } from '../services/service.ts';
import { tenantOf, withTenant } from '../services/tenant.ts';
import { reportEvents, reportParked } from './report.ts';

export function parkedCommand(): Command {
  return new Command('parked')
    .description('events that wait because the broker refuses one of them')
    .addCommand(listCommand())
    .addCommand(eventsCommand())
    .addCommand(releaseCommand());
}

const based = (name: string): Command => withServices(withTenant(withJson(new Command(name))), 'publisher', 'poller');

function listCommand(): Command {
  return based('list')
    .description('whose events wait, why, and what to do')
    .addHelpText('after', examples(['parked list --tenant acme', 'whose events the broker refuses']))
    .action(async (_: unknown, command: Command) => {
      const path = route`/v1/tenants/${await tenantOf(command)}/parked`;
      const found = await serviceOf(command, 'publisher').all<'parked', ParkedStreamView>(path, 'parked');
      const view = found satisfies ParkedPageView;
      print(command, view, (terminal) => reportParked(view.parked, now(), terminal));
    });
}

function eventsCommand(): Command {
  return based('events')
    .description('what of one athlete is parked, in its order; the first event is the one that is refused')
    .addArgument(streamArgument('<stream>'))
    .addHelpText('after', examples(['parked events 6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c', 'of one athlete']))
    .action(async (stream: string, _: unknown, command: Command) => {
      const path = route`/v1/tenants/${await tenantOf(command)}/parked/${stream}/events`;
      const found = await serviceOf(command, 'publisher').all<'events', ParkedEventView>(path, 'events');
      const view = found satisfies ParkedEventsView;
      print(command, view, (terminal) => reportEvents(view.events, now(), terminal));
    });
}

function releaseCommand(): Command {
  return withActor(based('release'))
    .description('try parked events again now; what the broker takes is published in its order')
    .addArgument(streamArgument('[stream]'))
    .option('--all', 'of all athletes of the tenant')
    .addHelpText(
      'after',
      examples(
        ['parked release 6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c', 'of one athlete'],
        ['parked release --all --tenant acme', 'after the topic or the rights were mended'],
      ),
    )
    .action(async (stream: string | undefined, { all = false }: { all?: boolean }, command: Command) => {
      if ((stream === undefined) !== all)
        throw new UsageError('Say whose events: the stream that `bridge parked list` shows, or --all, and not both.');
      const tenant = await tenantOf(command);
      const path =
        stream === undefined
          ? route`/v1/tenants/${tenant}/parked/retry`
          : route`/v1/tenants/${tenant}/parked/${stream}/retry`;
      const view = await serviceOf(command, 'publisher').post<RetriedView>(path);
      print(
        command,
        view,
        () =>
          `${times(view.retried, 'athlete')} ${view.retried === 1 ? 'is' : 'are'} tried again now. \`bridge parked list\` shows what the broker still refuses.\n`,
      );
    });
}

const streamArgument = (name: string): Argument =>
  new Argument(name, 'the connection, or `client` for what concerns all athletes').argParser(streamOf);

function streamOf(text: string): string {
  if (text === 'client') return text;
  try {
    return connectionId(text);
  } catch {
    throw new InvalidArgumentError('Allowed: the id of a connection, or `client`.');
  }
}
