import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { consent, returnUrl } from '../../deploy/local/stack/stack.ts';
import { until } from '../../deploy/local/stack/until.ts';
import { settle } from '../chaos/settling.ts';
import { tenant } from '../chaos/world.ts';
import { compareWithLedger } from '../integration/ledger-comparison.ts';
import { apps, openScene, type RollingScene } from '../rolling/scene.ts';
import type { Backup } from './backup.ts';
import { viewOf } from './consumer-view.ts';
import { pace, type Outcome, type ScenarioOptions } from './scenario.ts';

/**
 * The database is lost and comes back from a backup that was taken in the middle of a run, while Kafka went on. After the
 * backup one athlete more connects, one is erased and one is paused, and changes go on, also while there is no database.
 */
export async function loseDatabase(
  backup: Backup,
  { athletes, seconds: outOfDate, say }: ScenarioOptions,
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'accesslink-bridge-disaster-'));
  // PostgreSQL runs as another user where we are root.
  await chmod(folder, 0o755);
  const scene = await openScene({ athletes, connected: athletes - 1, replicas: 2, say });
  const { stack, simulator, fleet, consumer, mirror, services, callers } = scene;
  const admin = (path: string, method: string) =>
    stack.admin(stack.authUrl, `/v1/tenants/${tenant}${path}`, { method });
  const cleanups: (() => unknown)[] = [() => scene.stop(), () => rm(folder, { recursive: true, force: true })];

  try {
    const { athletes: people } = (await simulator.control('GET', '/athletes')) as { athletes: { name: string }[] };
    const names = people.map(({ name }) => name);
    const newcomer = names.at(-1) ?? '';
    const [erased = '', paused = '', ...others] = scene.connections;
    const connect = async (): Promise<string> =>
      consent(await stack.connectLink(tenant, newcomer, returnUrl(stack.authUrl)), newcomer);

    await callers.stop();
    await simulator.control('POST', '/pace', { pace });
    await sleep(5_000);
    await beginBackfill(scene, others[0] ?? '');
    await backup.take(services.databaseUrl, folder, say);
    const atBackup = consumer.records.length;
    say(`backup taken; the consumer has ${atBackup} records`);
    await sleep((outOfDate * 1000) / 2);
    const late = await connect();
    await admin(`/connections/${erased}/erasure`, 'POST');
    await admin(`/connections/${paused}/pause`, 'POST');
    await sleep((outOfDate * 1000) / 2);
    await until('the newcomer to be told of', 60, async () =>
      consumer.records.some(({ athlete, type }) => athlete === newcomer && type !== 'ConnectionEstablished'),
    );

    process.kill(services.pidOf('postgres'), 'SIGKILL');
    say('the database is lost');
    await sleep(3_000);
    for (const app of apps) for (const replica of fleet.of(app)) await fleet.end(replica);
    const atLoss = consumer.records.length;
    const restored = await backup.restore(folder, say);
    cleanups.unshift(() => restored.stop());
    const env = { DATABASE_URL: restored.databaseUrl };
    await stack.run('migrate', { name: 'migrate-restored', env });
    say(
      `recover --dry-run:\n${await stack.run('bridge', { name: 'recover-dry', args: ['recover', '--dry-run'], env })}`,
    );
    say(`recover:\n${await stack.run('bridge', { name: 'recover', args: ['recover'], env })}`);
    for (const app of apps) for (const number of [1, 2]) await fleet.start(app, `${app}-${number}-new`, env);
    const db = new pg.Pool({ connectionString: restored.databaseUrl, max: 2 });
    db.on('error', () => undefined);
    cleanups.unshift(() => db.end());
    const { rows } = await db.query<{ id: string; status: string }>('select id, status from connections');
    const statuses = new Map(rows.map(({ id, status }) => [id, status]));

    await until('consumers to be told that the newcomer has to connect again', 60, async () =>
      consumer.records.some(({ key, type }) => key === late && type === 'ConsentRevoked'),
    );
    const again = await connect();
    await simulator.control('POST', '/pace', { pace: 0 });
    await admin(`/connections/${paused}/resume`, 'POST');
    // Nothing is awaited of the erased one.
    const ledger = async () => (await mirror.ledger()).filter(({ athlete }) => athlete !== names[0]);
    const { seconds, unsettled } = await settle({
      ...scene,
      db,
      connections: [paused, late, ...others],
      mirror: { ledger },
    });

    const kept = consumer.records.filter(({ key }) => key !== erased);
    const view = viewOf(kept);
    const comparison = compareWithLedger(await ledger(), kept);
    const ofErased = consumer.records.filter(({ key }) => key === erased).toSorted((a, b) => a.sequence - b.sequence);
    const wrongs = [
      ...(unsettled === undefined ? [] : [`not settled: ${unsettled}`]),
      ...comparison.missing.map((one) => `missing: ${one}`),
      ...view.contradictions.map((one) => `an id says two things: ${one}`),
      ...view.sameIds.map((one) => `an id that came before: ${one}`),
      ...view.outOfOrder,
      ...view.fallingRevisions.map((one) => `revisions do not rise: ${one}`),
      ...(ofErased.at(-1)?.type === 'ConnectionErased' ? [] : [`the erased one got ${ofErased.at(-1)?.type}`]),
      ...(statuses.get(erased) === 'erased' ? [] : [`the erased one is ${statuses.get(erased)}`]),
      ...(statuses.get(paused) === 'paused' ? [] : [`the paused one is ${statuses.get(paused)}`]),
      ...(again === late ? [] : [`the newcomer has another connection: ${again} after ${late}`]),
    ];
    return {
      wrongs,
      facts: {
        'changes in the ledger': comparison.expected,
        'of these with their event': comparison.matched,
        'events between the backup and the loss': atLoss - atBackup,
        'events that tell again what was told before the loss': comparison.unexpected.length,
        'events under an id that came before': view.sameIds.length,
        'of these with other contents': view.contradictions.length,
        'places of a stream that are empty or taken twice': view.outOfOrder.length,
        'seconds until all was in step again': Math.round(seconds),
      },
    };
  } finally {
    for (const cleanup of cleanups) await cleanup();
  }
}

/** So that one is under way when the backup is taken. */
async function beginBackfill({ stack, fleet }: RollingScene, connection: string): Promise<void> {
  const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  const path = `/v1/tenants/${tenant}/connections/${connection}/backfills`;
  const body = { from: daysAgo(25), to: daysAgo(1) };
  await stack.admin(fleet.of('poller')[0]?.url ?? '', path, { method: 'POST', body }).catch((error: unknown) => {
    if (!String(error).includes('BACKFILL_UNDER_WAY')) throw error;
  });
}
