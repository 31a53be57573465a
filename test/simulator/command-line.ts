import { parseArgs } from 'node:util';
import type { ClientOptions, Quota, SimulatorOptions } from './options.ts';
import type { Switches } from './switches.ts';
import { ALL_RESOURCES_MIX } from './world/facts.ts';

export const USAGE = `usage: main.ts [options]
  --port N               0 or absent: any free port
  --host ADDRESS         to listen on (127.0.0.1); it has no password, so keep others away
  --seed TEXT            the same seed tells the same story
  --athletes N           per client (3)
  --days N               of history (28)
  --pace N               world steps per connected athlete per hour (0)
  --client ID:SECRET:REDIRECT[,REDIRECT]   repeatable (demo:demo-secret:http://127.0.0.1:3000/oauth/callback)
  --quota N/SECONDS[,N/SECONDS]            per client (3000/900,100000/86400)
  --switches JSON        see switches.ts
  --all-resources        all resources change, not only the four of the default mix
  --json                 print the addresses as JSON`;

export interface CommandLine {
  readonly simulator: SimulatorOptions;
  readonly json: boolean;
}

export function parseOptions(words: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...words],
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      seed: { type: 'string' },
      athletes: { type: 'string' },
      days: { type: 'string' },
      pace: { type: 'string' },
      client: { type: 'string', multiple: true },
      quota: { type: 'string' },
      switches: { type: 'string' },
      'all-resources': { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
  const { seed, quota, client, host } = values;
  const mix = values['all-resources'] === true ? { mix: ALL_RESOURCES_MIX } : {};
  const switches = values.switches === undefined ? {} : (JSON.parse(values.switches) as Partial<Switches>);
  const numbers = ['port', 'athletes', 'days', 'pace'] as const;
  const simulator: SimulatorOptions = {
    ...Object.fromEntries(
      numbers.flatMap((name) => (values[name] === undefined ? [] : [[name, amount(name, values[name])]])),
    ),
    ...(seed !== undefined && { seed }),
    ...(host !== undefined && { host }),
    ...(client !== undefined && { clients: client.map(clientOf) }),
    ...(quota !== undefined && { quota: quota.split(',').map(quotaOf) }),
    switches: { ...mix, ...switches },
  };
  return { simulator, json: values.json === true };
}

/** A redirect URI has colons of its own: only the first two part. */
function clientOf(text: string): ClientOptions {
  const [, id, secret, uris] = /^([^:]+):([^:]+):(.+)$/.exec(text) ?? [];
  if (id === undefined || secret === undefined || uris === undefined) throw new Error(`not a client: ${text}`);
  return { id, secret, redirectUris: uris.split(',') };
}

function quotaOf(text: string): Quota {
  const [requests = Number.NaN, seconds = Number.NaN] = text.split('/').map(Number);
  if (!(requests > 0 && seconds > 0)) throw new Error(`not a quota: ${text}`);
  return { requests, seconds };
}

function amount(name: string, text: string): number {
  const value = Number(text);
  if (!(value >= 0)) throw new Error(`--${name} is a number from 0`);
  return value;
}
