/**
 * Refreshes `config/contracts/examples` from a run of the whole product against the simulator, and validates every event of
 * the run against its schema. `npm run contracts:examples`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { resources } from '#resources';
import { consumeEvents, type ReceivedEvent } from '../../../deploy/local/quickstart/consume.ts';
import { startServices } from '../../../deploy/local/services/index.ts';
import { freePort } from '../../../deploy/local/services/port.ts';
import { startSimulatedProvider } from '../../../deploy/local/stack/simulated-provider.ts';
import { Stack } from '../../../deploy/local/stack/stack.ts';
import { contracts } from '../contracts.ts';
import { eventSchema } from '../event-schema.ts';
import { writeExample } from '../examples.ts';
import { contractsFolder } from '../folder.ts';
import { validator } from '../validator.ts';
import { messageOf, typeOf } from './message.ts';
import { pollNow, tellOfConnection, tellOfData, tellOfTrouble, waitFor, type Run } from './story.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const known = contracts(resources);
const validators = new Map(known.map((contract) => [contract.type, validator(eventSchema(contract, undefined))]));
const ofData = known.filter(({ topic }) => topic !== 'connection' && topic !== 'polling').map(({ type }) => type);

const found = new Map<string, ReceivedEvent>();
const problems = new Map<string, number>();
let events = 0;
let keeping = true;

function keep(event: ReceivedEvent): void {
  events += 1;
  const type = typeOf(event);
  for (const problem of validators.get(type)?.(event.payload) ?? ['has no contract']) {
    const line = `${type}${problem.replaceAll(/\/\d+/g, '/N')}`;
    problems.set(line, (problems.get(line) ?? 0) + 1);
  }
  const before = found.get(type);
  // Live examples are the better ones.
  const better =
    before === undefined || (before.attributes['mode'] === 'backfill' && event.attributes['mode'] === 'live');
  if (better && (keeping || before === undefined)) found.set(type, event);
}

const quota = { requests: 1_000_000, seconds: 900 };
const services = await startServices({ progress: say });
const folder = await mkdtemp(join(tmpdir(), 'accesslink-bridge-examples-'));
const authPort = await freePort();
const client = `docs:only-for-the-simulator:http://127.0.0.1:${authPort}/oauth/callback`;
const args = ['--athletes', '3', '--seed', 'docs', '--all-resources', '--quota', `${quota.requests}/${quota.seconds}`];
const simulator = await startSimulatedProvider({ folder, args: [...args, '--client', client] });
const stack = await Stack.prepare({
  services,
  authPort,
  progress: say,
  tenants: [
    {
      id: 'acme',
      clientId: 'docs',
      clientSecret: 'only-for-the-simulator',
      apiUrl: simulator.apiUrl,
      authUrl: simulator.authUrl,
      quota: [quota],
      polling: { minSeconds: 1, maxSeconds: 3, backfillDays: 7, confirmDeletionSeconds: 3, finaliseSeconds: 10 },
    },
  ],
});
try {
  const [, poller] = await Promise.all([stack.start('auth'), stack.start('poller'), stack.start('publisher')]);
  const stop = await consumeEvents(services.kafkaBrokers, 'polar.acme.', keep, say);
  const { athletes } = (await simulator.control('GET', '/athletes')) as { athletes: { name: string }[] };
  const [first = '', second = '', third = ''] = athletes.map(({ name }) => name);
  const run: Run = {
    stack,
    tenant: 'acme',
    pollerUrl: poller.url,
    simulator,
    say,
    seen: (type) => found.has(type),
  };
  await tellOfData(run, [{ athlete: first, user: 'user-42' }], {
    types: ofData,
    rounds: { least: 0, most: 40 },
    settle,
  });
  // What follows bends the provider's answers: none of it serves as an example of anything else.
  keeping = false;
  await tellOfConnection(run, { athlete: second, user: 'user-43' });
  await tellOfTrouble(run, { athlete: third, user: 'user-44' });
  await stop();

  /** Examples need no judge: what comes a round later serves as well. */
  async function settle(round: number, connections: readonly string[]): Promise<void> {
    if (round === 0) return waitFor(run, 'BackfillCompleted', 90);
    for (const connection of connections) await pollNow(run, connection);
    await sleep(6000);
  }
} finally {
  await stack.stop();
  await simulator.stop();
  await services.stop();
  await rm(folder, { recursive: true, force: true });
  for (const [type, event] of found)
    if (validators.has(type)) await writeExample(contractsFolder, type, messageOf(event));
}

const missing = known.map(({ type }) => type).filter((type) => !found.has(type));
say(`${events} events of ${found.size} types; no example of ${missing.join(', ') || 'none'}`);
for (const [problem, times] of problems) say(`${times} x ${problem}`);
process.exitCode = problems.size === 0 ? 0 : 1;
