import { Command } from 'commander';
import type { LanesView } from '../../../publisher/src/lanes.dto.ts';
import { examples } from '../output/examples.ts';
import { print, withJson } from '../output/print.ts';
import { serviceOf, withServices } from '../services/options.ts';
import { reportLanes } from './report.ts';

export function lanesCommand(): Command {
  return withServices(withJson(new Command('lanes')), 'publisher')
    .description('who relays each lane, and how much of it still waits for Kafka; the furthest behind first')
    .addHelpText('after', examples(['lanes', 'how far the publishers are'], ['lanes --json', 'the same for a script']))
    .action(async (_: unknown, command: Command) => {
      const view = await serviceOf(command, 'publisher').get<LanesView>('/v1/lanes');
      print(command, view, (terminal) => reportLanes(view, terminal));
    });
}
