/**
 * Writes `docs/events.md`: a real example of each event type, taken from a run against the simulator.
 * `npm run build && node test/docs/collect-examples.ts`
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { consumeEvents, type ReceivedEvent } from '../../deploy/local/quickstart/consume.ts';
import { freePort } from '../../deploy/local/services/port.ts';
import { startServices } from '../../deploy/local/services/index.ts';
import { startSimulatedProvider } from '../../deploy/local/stack/simulated-provider.ts';
import { consent, returnUrl, Stack } from '../../deploy/local/stack/stack.ts';
import { until } from '../../deploy/local/stack/until.ts';
import { pageOf, wanted } from './events-page.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const page = join(import.meta.dirname, '../../docs/events.md');
const found = new Map<string, ReceivedEvent>();

const services = await startServices({ progress: say });
const folder = await mkdtemp(join(tmpdir(), 'accesslink-bridge-examples-'));
const authPort = await freePort();
const simulator = await startSimulatedProvider({
  folder,
  args: [
    '--athletes',
    '1',
    '--seed',
    'docs',
    '--client',
    `docs:only-for-the-simulator:http://127.0.0.1:${authPort}/oauth/callback`,
  ],
});
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
      polling: { minSeconds: 1, maxSeconds: 3, backfillDays: 7, confirmDeletionSeconds: 3, finaliseSeconds: 10 },
    },
  ],
});
try {
  await collect();
  await writeFile(page, pageOf(found));
  say(`${page} written`);
} finally {
  await stack.stop();
  await simulator.stop();
  await services.stop();
  await rm(folder, { recursive: true, force: true });
}

async function collect(): Promise<void> {
  await Promise.all([stack.start('auth'), stack.start('poller'), stack.start('publisher')]);
  const stop = await consumeEvents(services.kafkaBrokers, 'polar.acme.', keep, say);
  const { athletes } = (await simulator.control('GET', '/athletes')) as { athletes: { name: string }[] };
  const athlete = athletes[0]?.name ?? '';
  await consent(await stack.connectLink('acme', 'user-42', returnUrl(stack.authUrl)), athlete);
  await until('the backfill', 60, async () => found.has('BackfillCompleted'));
  // Live examples are the better ones.
  for (const type of wanted)
    if (found.get(type)?.attributes['mode'] === 'backfill' && !type.startsWith('Backfill')) found.delete(type);

  const facts = ['session-new', 'night', 'score', 'rescore', 'trim', 'session-edit', 'hr-append', 'session-delete'];
  await until(`an example of ${wanted.join(', ')}`, 240, async () => {
    for (const fact of facts) {
      await simulator.control('POST', '/step', { athlete, fact, count: 1 }).catch(() => undefined);
      await sleep(1500);
    }
    const missing = wanted.filter((type) => !found.has(type));
    say(`missing    ${missing.join(', ') || 'nothing'}`);
    return missing.length === 0;
  });
  await stop();
}

function keep(event: ReceivedEvent): void {
  const type = /^accesslink\.(\w+)\.v1$/.exec(event.attributes['type'] ?? '')?.[1] ?? '';
  if (!found.has(type) || found.get(type)?.attributes['mode'] === 'backfill') found.set(type, event);
}
