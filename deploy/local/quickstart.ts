/**
 * `npm run quickstart`: the whole product on this machine, in one terminal.
 * `-- --events 25 --exit` ends with 0 after 25 events. With POLAR_CLIENT_ID and POLAR_CLIENT_SECRET in the environment the
 * provider is the real one instead of the simulator.
 */
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.ts';
import { consumeEvents } from './quickstart/consume.ts';
import { notice, times, widthOf } from './quickstart/columns.ts';
import { EventPrinter } from './quickstart/printer.ts';
import { Waiting } from './quickstart/waiting.ts';
import { freePort } from './services/port.ts';
import { startServices } from './services/index.ts';
import { orphanGuard } from './stack/child.ts';
import { startSimulatedProvider, type SimulatedProvider } from './stack/simulated-provider.ts';
import { consent, returnUrl, Stack, type StackTenant } from './stack/stack.ts';

const usage = `usage: npm run quickstart [-- --events N] [--exit] [--athletes N]
  --events N    how many events to wait for with --exit (25)
  --exit        end with status 0 after them; with 1 when they do not come within five minutes
  --athletes N  demo athletes that are connected at the simulated provider (3); one more is there to connect by hand`;

const root = fileURLToPath(new URL('../..', import.meta.url));
const logs = join(root, '.cache/quickstart');
const keyFile = join(root, '.cache/quickstart-key');
/** Of one run: secrets of this machine, for its user alone. */
const settingsFile = '.cache/quickstart.env';
const tenant = 'demo';
const width = widthOf(process.stdout);
/** Registered at the real provider as the redirect URL: http://localhost:3001/oauth/callback */
const realAuthPort = 3001;

const waiting = new Waiting(say);
const options = readOptions();
const cleanups: (() => Promise<unknown>)[] = [];
let stopping: Promise<void> | undefined;
let keepLogs = (): Promise<void> => Promise.resolve();
// More than once: an impatient second Ctrl-C must not leave behind what the first one is ending.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(130));
// Whoever reads along has gone: `| head`.
process.stdout.on('error', () => void stop(1));
if (process.channel) process.on('disconnect', () => void stop(130));

try {
  await run();
} catch (error) {
  // What is being ended fails in its own ways.
  if (stopping === undefined) {
    say('');
    say(error instanceof Error ? error.message : String(error));
    await keepLogs().then(() => say(`The logs of the apps are in ${logs}`));
  }
  await stop(1);
}

async function run(): Promise<void> {
  say('accesslink-bridge: athlete connects, watch syncs, event arrives.\nCtrl-C stops everything.\n');
  const [services] = await Promise.all([
    waiting.during(
      'services',
      startServices({ progress: say }).then((started) => {
        cleanups.unshift(() => started.stop());
        return started;
      }),
    ),
    waiting.during('build', buildApps()),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'accesslink-bridge-'));
  await (await orphanGuard()).removeFolder(folder);
  cleanups.unshift(() => rm(folder, { recursive: true, force: true }));

  const provider = await chooseProvider(folder);
  const stack = await waiting.during(
    'migrate',
    Stack.prepare({
      services,
      tenants: [provider.tenant],
      authPort: provider.authPort,
      progress: say,
      env: {
        ENCRYPTION_KEYS: await encryptionKeys(),
        ...(provider.publicUrl === undefined ? {} : { PUBLIC_URL: provider.publicUrl }),
      },
    }),
  );
  cleanups.unshift(() => stack.stop());
  keepLogs = () => cp(stack.folder, logs, { recursive: true });
  const [auth, poller, publisher] = await Promise.all([
    waiting.during('auth', stack.start('auth')),
    waiting.during('poller', stack.start('poller')),
    waiting.during('publisher', stack.start('publisher')),
  ]);

  say('');
  await waiting.during('connect', provider.connect(stack));
  await writeSettings({
    ...stack.environment,
    AUTH_URL: auth.url,
    POLLER_URL: poller.url,
    PUBLISHER_URL: publisher.url,
  });
  const tryThis: readonly (readonly [name: string, value: string, about: string])[] = [
    ['status', `${poller.url}/status`, 'what is wrong now; any user name, and $ADMIN_TOKEN of the settings'],
    ['settings', `source ${settingsFile}`, 'in another terminal, then echo $ADMIN_TOKEN; npm run bridge -- doctor'],
    ['auth', `${auth.url}/docs`, 'connect links, connections'],
    ['poller', `${poller.url}/docs`, 'why synced or not, quota'],
    ['publisher', `${publisher.url}/docs`, 'lanes, replays, parked events'],
    ['kafka', services.kafkaBrokers, `topics polar.${tenant}.sleep.v1, .session.v1, .heart-rate.v1, ...`],
    ['tenants', stack.tenantsFile, `the tenant ${tenant}; may be edited while all runs; logs are beside it`],
    ['provider', provider.where, provider.about],
  ];
  say('');
  for (const [name, value, about] of tryThis) say(notice(name, value, about, width));
  say('');
  say(await provider.invite(stack));

  const printer = new EventPrinter(say, width);
  printer.header();
  const stopConsumer = await consumeEvents(
    services.kafkaBrokers,
    `polar.${tenant}.`,
    (event) => printer.print(event),
    say,
  );
  cleanups.unshift(stopConsumer);

  if (!options.exit) return;
  await enough(printer);
  printer.flush();
  say(`\n${times(printer.count, 'event')} arrived.`);
  await stop(0);
}

/** For whoever wants to look: all that the services were started with, and where they are. It goes when they do. */
async function writeSettings(settings: Readonly<Record<string, string>>): Promise<void> {
  const file = join(root, settingsFile);
  const lines = Object.entries(settings).map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`);
  await rm(file, { force: true });
  await writeFile(file, lines.join(''), { mode: 0o600 });
  cleanups.unshift(() => rm(file, { force: true }));
}

/** Kept between runs: a database that is not ours alone still has the tokens of the last one. */
async function encryptionKeys(): Promise<string> {
  const known = await readFile(keyFile, 'utf8').catch(() => undefined);
  if (known !== undefined) return known;
  const made = `local:${randomBytes(32).toString('base64')}`;
  await mkdir(join(root, '.cache'), { recursive: true });
  await writeFile(keyFile, made, { mode: 0o600 });
  return made;
}

interface Provider {
  readonly tenant: StackTenant;
  readonly authPort: number;
  readonly publicUrl?: string;
  /** For people. */
  readonly where: string;
  readonly about: string;
  /** Connects the athletes that nobody has to connect by hand. */
  connect(stack: Stack): Promise<void>;
  /** @returns a link to open in a browser, and whose it is */
  invite(stack: Stack): Promise<string>;
}

async function chooseProvider(folder: string): Promise<Provider> {
  const { POLAR_CLIENT_ID: clientId, POLAR_CLIENT_SECRET: clientSecret } = process.env;
  if ((clientId === undefined) !== (clientSecret === undefined)) {
    const missing = clientId === undefined ? 'POLAR_CLIENT_ID' : 'POLAR_CLIENT_SECRET';
    throw new Error(`${missing} is not set. Set both for the real provider, or none for the simulated one.`);
  }
  if (clientId === undefined || clientSecret === undefined) return simulated(folder);
  return {
    tenant: { id: tenant, clientId, clientSecret },
    authPort: realAuthPort,
    publicUrl: `http://localhost:${realAuthPort}`,
    about: '',
    where: 'Polar',
    connect: () => Promise.resolve(),
    async invite(stack) {
      const callback = `http://localhost:${realAuthPort}/oauth/callback`;
      const link = await stack.connectLink(tenant, 'me');
      return `Register ${callback} as redirect URL of the client at Polar, then open:\n${link}`;
    },
  };
}

async function simulated(folder: string): Promise<Provider> {
  const authPort = await freePort();
  const clientId = 'quickstart';
  // Nobody but this run's simulator knows it.
  const clientSecret = `only-for-the-simulator-${authPort}`;
  const redirect = `http://127.0.0.1:${authPort}/oauth/callback`;
  const simulator: SimulatedProvider = await startSimulatedProvider({
    folder,
    args: [
      '--athletes',
      // And one to connect by hand.
      String(options.athletes + 1),
      '--pace',
      '240',
      '--client',
      `${clientId}:${clientSecret}:${redirect}`,
    ],
  });
  cleanups.unshift(() => simulator.stop());
  const names = async (): Promise<readonly string[]> => {
    const { athletes } = (await simulator.control('GET', '/athletes')) as { athletes: { name: string }[] };
    return athletes.map(({ name }) => name);
  };
  say('provider   simulated; watches sync four times a minute, dates are the real ones');
  return {
    tenant: {
      id: tenant,
      clientId,
      clientSecret,
      apiUrl: simulator.apiUrl,
      authUrl: simulator.authUrl,
      polling: { minSeconds: 5, maxSeconds: 180, backfillDays: 3, confirmDeletionSeconds: 10, finaliseSeconds: 60 },
    },
    authPort,
    about: 'the simulator',
    where: simulator.url,
    async connect(stack) {
      for (const name of (await names()).slice(0, options.athletes)) {
        await consent(await stack.connectLink(tenant, name, returnUrl(stack.authUrl)), name);
        say(`connected  ${name}, through the provider's consent page`);
      }
    },
    async invite(stack) {
      const name = (await names())[options.athletes] ?? '';
      const outage = `curl -X PATCH -d '{"5xx_rate":1}' ${simulator.url}/control/switches`;
      return `An outage of the provider, which a 0 ends:
${outage}

Nobody has connected ${name} yet. Open this, and choose ${name}:
${await stack.connectLink(tenant, name)}`;
    },
  };
}

async function buildApps(): Promise<void> {
  const start = Date.now();
  await build();
  say(`build      done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

async function enough(printer: EventPrinter): Promise<void> {
  const patience = AbortSignal.timeout(300_000);
  const late = once(patience, 'abort').then(() => {
    throw new Error(`only ${printer.count} of ${times(options.events, 'event')} arrived within five minutes`);
  });
  await Promise.race([printer.reached(options.events), late]);
}

/** Ends everything in the order opposite to its start, once, whoever asks. */
async function stop(status: number): Promise<void> {
  stopping ??= (async () => {
    say(status === 130 ? '\nstopping' : '');
    for (const cleanup of cleanups) await cleanup().catch((error: unknown) => say(String(error)));
    say('stopped');
    process.exit(status === 130 ? 0 : status);
  })();
  await stopping;
}

function readOptions(): { readonly events: number; readonly exit: boolean; readonly athletes: number } {
  try {
    const { values } = parseArgs({
      options: {
        events: { type: 'string' },
        exit: { type: 'boolean' },
        athletes: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    const amount = (name: string, text: string | undefined, preset: number): number => {
      const value = text === undefined ? preset : Number(text);
      if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} ${text}: a whole number from 1 is allowed`);
      return value;
    };
    if (values.help === true) throw new Error(usage);
    return {
      events: amount('events', values.events, 25),
      exit: values.exit === true,
      athletes: amount('athletes', values.athletes, 3),
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(message === usage ? `${usage}\n` : `${message}\n${usage}\n`);
    return process.exit(message === usage ? 0 : 2);
  }
}

function say(line: string): void {
  waiting.heard();
  process.stdout.write(`${line}\n`);
}
