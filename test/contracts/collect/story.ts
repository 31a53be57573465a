import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedProvider } from '../../../deploy/local/stack/simulated-provider.ts';
import { consent, returnUrl, type Stack } from '../../../deploy/local/stack/stack.ts';
import { ALL_RESOURCES_MIX } from '../../simulator/index.ts';

/** What a run consists of. */
export interface Run {
  readonly stack: Stack;
  readonly pollerUrl: string;
  readonly simulator: SimulatedProvider;
  readonly seen: (type: string) => boolean;
  readonly say: (line: string) => void;
}

/** Everything that happens to the data of an athlete, again and again until each of `types` was seen. */
export async function tellOfData(run: Run, athlete: string, types: readonly string[], rounds = 40): Promise<void> {
  const connection = await connect(run, athlete, 'user-42');
  await waitFor(run, 'BackfillCompleted', 90);
  for (let round = 0; round < rounds && types.some((type) => !run.seen(type)); round += 1) {
    for (const fact of Object.keys(ALL_RESOURCES_MIX))
      await run.simulator.control('POST', '/step', { athlete, fact, count: 1 }).catch(() => undefined);
    await pollNow(run, connection);
    await sleep(6000);
    run.say(`round ${round + 1}: missing ${types.filter((type) => !run.seen(type)).join(', ') || 'nothing'}`);
  }
}

/** A connection that is lost, found and removed. */
export async function tellOfConnection(run: Run, athlete: string): Promise<void> {
  await switches(run, { expires_in: 4 });
  await connect(run, athlete, 'user-43');
  await switches(run, { token_5xx_rate: 1 });
  await waitFor(run, 'AccessTokenRefreshFailed', 120);
  await switches(run, { token_5xx_rate: 0, expires_in: 3599, drop_scope: ['tests:read'] });
  await connect(run, athlete, 'user-43');
  await waitFor(run, 'ConnectionRestored', 30);
  await waitFor(run, 'ScopesChanged', 30);
  await switches(run, { drop_scope: [], expires_in: 4, revoked_answer: 'invalid_grant' });
  await connect(run, athlete, 'user-43');
  await run.simulator.control('POST', '/consent', { athlete, revoked: true });
  await waitFor(run, 'ConsentRevoked', 90);
  await run.simulator.control('POST', '/consent', { athlete, revoked: false });
  await switches(run, { expires_in: 3599 });
  const connection = await connect(run, athlete, 'user-43');
  await run.stack.admin(run.stack.authUrl, `/v1/tenants/acme/connections/${connection}`, { method: 'DELETE' });
  await waitFor(run, 'ConnectionRemoved', 30);
}

/** A provider that fails, has a day that always fails, and answers otherwise than documented. */
export async function tellOfTrouble(run: Run, athlete: string): Promise<void> {
  const connection = await connect(run, athlete, 'user-44');
  await sleep(10_000);
  await switches(run, { '5xx_rate': 1 });
  await pollNow(run, connection);
  await waitFor(run, 'SyncStalled', 120);
  await switches(run, { '5xx_rate': 0 });
  await waitFor(run, 'SyncRecovered', 120);
  const { date } = await newSession(run, athlete);
  await switches(run, { poison_days: [{ path: '/training-sessions/list', date, always: true }] });
  await pollNow(run, connection);
  await waitFor(run, 'PollWindowSkipped', 180);
  await switches(run, { poison_days: [], unknown_fields: true });
  await pollNow(run, connection);
  await waitFor(run, 'SchemaDriftDetected', 60);
}

async function newSession({ simulator }: Run, athlete: string): Promise<{ readonly date: string }> {
  const { entries } = (await simulator.control('POST', '/step', { athlete, fact: 'session-new', count: 1 })) as {
    entries: readonly { readonly date?: string | null }[];
  };
  return { date: entries[0]?.date ?? new Date().toISOString().slice(0, 10) };
}

async function connect({ stack }: Run, athlete: string, user: string): Promise<string> {
  return consent(await stack.connectLink('acme', user, returnUrl(stack.authUrl)), athlete);
}

async function switches({ simulator }: Run, patch: Readonly<Record<string, unknown>>): Promise<void> {
  await simulator.control('PATCH', '/switches', patch);
}

async function pollNow({ stack, pollerUrl }: Run, connection: string): Promise<void> {
  await stack.admin(pollerUrl, `/v1/tenants/acme/connections/${connection}/poll`, { method: 'POST' });
}

/** Tells what did not come, and goes on: one event that is missing must not cost all the others. */
async function waitFor({ seen, say }: Run, type: string, seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!seen(type)) {
    if (Date.now() > deadline) return say(`${type} did not come within ${seconds} s`);
    await sleep(200);
  }
}
