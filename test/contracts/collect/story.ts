import type { SimulatedProvider } from '../../../deploy/local/stack/simulated-provider.ts';
import { consent, returnUrl, type Stack } from '../../../deploy/local/stack/stack.ts';
import { until } from '../../../deploy/local/stack/until.ts';
import { ALL_RESOURCES_MIX } from '../../simulator/index.ts';
import { hash } from '../../simulator/random.ts';

/** What a run consists of. */
export interface Run {
  readonly stack: Stack;
  readonly tenant: string;
  readonly pollerUrl: string;
  readonly simulator: SimulatedProvider;
  readonly seen: (type: string) => boolean;
  readonly say: (line: string) => void;
}

/** Who lives in the simulator, and what the tenant calls them. */
export interface Person {
  readonly athlete: string;
  readonly user: string;
}

export interface DataStory {
  /** All that the story is over for, once seen. */
  readonly types: readonly string[];
  readonly rounds: { readonly least: number; readonly most: number };
  /** Waits until what happened is told: before the first round (0) and after each. */
  readonly settle: (round: number, connections: readonly string[]) => Promise<void>;
}

/** Everything that happens to the data of athletes, again and again until each type was seen. */
export async function tellOfData(
  run: Run,
  people: readonly Person[],
  { types, rounds, settle }: DataStory,
): Promise<void> {
  const connections: string[] = [];
  for (const person of people) connections.push(await connect(run, person));
  await settle(0, connections);
  const isOver = (): boolean => types.every((type) => run.seen(type));
  for (let round = 1; round <= rounds.most && (round <= rounds.least || !isOver()); round += 1) {
    for (const { athlete } of people) {
      for (const fact of facts(round))
        await run.simulator.control('POST', '/step', { athlete, fact, count: 1 }).catch(() => undefined);
    }
    await settle(round, connections);
    run.say(`round ${round}: missing ${types.filter((type) => !run.seen(type)).join(', ') || 'nothing'}`);
  }
}

/** In another order each time: what happens first may keep others from happening to the same thing. */
function facts(round: number): readonly string[] {
  const place = (fact: string): number => hash(`${fact}/${round}`);
  return Object.keys(ALL_RESOURCES_MIX).toSorted((a, b) => place(a) - place(b));
}

/** A connection that is lost, found, paused, removed and erased. */
export async function tellOfConnection(run: Run, person: Person): Promise<void> {
  const { athlete } = person;
  await switches(run, { expires_in: 4 });
  await connect(run, person);
  await switches(run, { token_5xx_rate: 1 });
  await waitFor(run, 'AccessTokenRefreshFailed', 120);
  await switches(run, { token_5xx_rate: 0, expires_in: 3599, drop_scope: ['tests:read'] });
  await connect(run, person);
  await waitFor(run, 'ConnectionRestored', 30);
  await waitFor(run, 'ScopesChanged', 30);
  await switches(run, { drop_scope: [], expires_in: 4, revoked_answer: 'invalid_grant' });
  await connect(run, person);
  await run.simulator.control('POST', '/consent', { athlete, revoked: true });
  await waitFor(run, 'ConsentRevoked', 90);
  await run.simulator.control('POST', '/consent', { athlete, revoked: false });
  await switches(run, { expires_in: 3599 });
  const connection = await connect(run, person);
  const order = (method: 'POST' | 'DELETE', action = '') =>
    run.stack.admin(run.stack.authUrl, `/v1/tenants/${run.tenant}/connections/${connection}${action}`, { method });
  await order('POST', '/pause');
  await waitFor(run, 'ConnectionPaused', 30);
  await order('POST', '/resume');
  await order('DELETE');
  await waitFor(run, 'ConnectionRemoved', 30);
  await order('POST', '/erasure');
  await waitFor(run, 'ConnectionErased', 30);
}

/** A provider that fails, has a day that always fails, and answers otherwise than documented. */
export async function tellOfTrouble(run: Run, person: Person): Promise<void> {
  const connection = await connect(run, person);
  await firstPolls(run, connection);
  await switches(run, { '5xx_rate': 1 });
  await pollNow(run, connection);
  await waitFor(run, 'SyncStalled', 120);
  await switches(run, { '5xx_rate': 0 });
  await waitFor(run, 'SyncRecovered', 120);
  const { date } = await newSession(run, person.athlete);
  await switches(run, { poison_days: [{ path: '/training-sessions/list', date, always: true }] });
  await pollNow(run, connection);
  await waitFor(run, 'PollWindowSkipped', 180);
  await switches(run, { poison_days: [], unknown_fields: true });
  await pollNow(run, connection);
  await waitFor(run, 'SchemaDriftDetected', 60);
}

/** Makes all of a connection due. The poller may just be starting again. */
export async function pollNow({ stack, tenant, pollerUrl }: Run, connection: string): Promise<void> {
  await until('the poller to take a demand', 60, async () => {
    await stack.admin(pollerUrl, `/v1/tenants/${tenant}/connections/${connection}/poll`, { method: 'POST' });
    return true;
  });
}

/** Tells what did not come, and goes on: one event that is missing must not cost all the others. */
export async function waitFor({ seen, say }: Run, type: string, seconds: number): Promise<void> {
  await until(type, seconds, async () => seen(type)).catch(() => say(`${type} did not come within ${seconds} s`));
}

export async function switches({ simulator }: Run, patch: Readonly<Record<string, unknown>>): Promise<void> {
  await simulator.control('PATCH', '/switches', patch);
}

/** Until then nothing can stall. */
async function firstPolls({ stack, tenant, pollerUrl }: Run, connection: string): Promise<void> {
  await until('the first poll of each resource', 120, async () => {
    const sync = await stack.admin(pollerUrl, `/v1/tenants/${tenant}/connections/${connection}/sync`);
    const { targets } = sync as { targets: readonly { readonly lastPolledAt: string | null }[] };
    return targets.length > 0 && targets.every(({ lastPolledAt }) => lastPolledAt !== null);
  });
}

async function newSession({ simulator }: Run, athlete: string): Promise<{ readonly date: string }> {
  const { entries } = (await simulator.control('POST', '/step', { athlete, fact: 'session-new', count: 1 })) as {
    entries: readonly { readonly body: { readonly startTime?: string } }[];
  };
  return { date: (entries[0]?.body.startTime ?? new Date().toISOString()).slice(0, 10) };
}

async function connect({ stack, tenant }: Run, { athlete, user }: Person): Promise<string> {
  return consent(await stack.connectLink(tenant, user, returnUrl(stack.authUrl)), athlete);
}
