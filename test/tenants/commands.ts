import { expect } from '@jest/globals';
import fc from 'fast-check';
import { until } from '../integration/until.ts';
import type { TenantsScene } from './scene.ts';

export interface Person {
  readonly athlete: string;
  /** The tenants give the same references: nothing may hang on them alone. */
  readonly reference: string;
  connection: string | undefined;
}

/** What a test knows of one tenant. The first person stays connected for ever. */
export interface Side {
  readonly tenant: string;
  readonly people: readonly Person[];
}

export type Command =
  | { readonly what: 'pause' | 'resume' | 'remove' | 'bring back' }
  | {
      readonly what: 'connect' | 'disconnect' | 'token' | 'poll' | 'happen' | 'probe' | 'polled';
      readonly person: number;
    };

/** What may happen to a tenant, most of it to its athletes. */
export const commands = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom<Command>(...file('pause', 'resume', 'remove', 'bring back', 'resume')) },
    {
      weight: 5,
      arbitrary: fc.record({
        what: fc.constantFrom('connect', 'disconnect', 'token', 'poll', 'polled', 'happen', 'probe'),
        person: fc.nat(2),
      }),
    },
  ),
  { minLength: 3, maxLength: 8 },
);

function file(...what: readonly ('pause' | 'resume' | 'remove' | 'bring back')[]): readonly Command[] {
  return what.map((one) => ({ what: one }));
}

/** Does it, and says what the answer should be as the tenant stands. */
export async function perform(
  scene: TenantsScene,
  side: Side,
  others: readonly Side[],
  command: Command,
): Promise<void> {
  const { tenant } = side;
  if (!('person' in command)) return changeFile(scene, tenant, command.what);
  const person = side.people[command.person];
  if (person === undefined) return;
  const { connection, athlete, reference } = person;
  const served = scene.has(tenant) && !scene.isPaused(tenant);
  const route = `${tenant}/connections/${connection ?? ''}`;
  switch (command.what) {
    case 'connect':
      if (served) person.connection = await scene.connect(tenant, athlete, reference);
      else expect((await scene.link(tenant, reference)).status).toBe(scene.has(tenant) ? 409 : 404);
      return;
    case 'disconnect': {
      // The first one is there to be told from the others at the end.
      if (connection === undefined || command.person === 0) return;
      const { status } = await scene.admin('auth', 'DELETE', route);
      expect(status).toBe(scene.has(tenant) ? 204 : 404);
      if (status === 204) person.connection = undefined;
      return;
    }
    case 'token': {
      if (connection === undefined) return;
      const { status, json } = await scene.accessToken(connection);
      if (!served) expect(json.code).toBe(scene.has(tenant) ? 'TENANT_PAUSED' : 'TENANT_UNKNOWN');
      else expect([status, scene.gateway.ownerOf(String(json.accessToken))]).toEqual([200, tenant]);
      return;
    }
    case 'poll':
      if (connection === undefined) return;
      expect(served ? [202, 409] : [404, 409]).toContain((await scene.admin('poller', 'POST', `${route}/poll`)).status);
      return;
    case 'polled':
      if (served) await nextRequest(scene, tenant);
      return;
    case 'happen':
      scene.simulator.world.step({ athlete, fact: 'session-new', count: 1 });
      return;
    case 'probe':
      return probe(scene, connection, others);
  }
}

/** Lets polls go on meanwhile. */
async function nextRequest(scene: TenantsScene, tenant: string): Promise<void> {
  const before = scene.gateway.counts(tenant).data;
  await until('a request', 30, async () => {
    await scene.makeDue(tenant);
    return scene.gateway.counts(tenant).data > before;
  });
}

function changeFile(scene: TenantsScene, tenant: string, what: 'pause' | 'resume' | 'remove' | 'bring back'): void {
  if (what === 'remove') scene.remove(tenant);
  else if (what === 'bring back') scene.set(tenant);
  else if (scene.has(tenant)) scene.set(tenant, { paused: what === 'pause' });
}

/** No route of another tenant knows the connection, whether that tenant is there or not. */
async function probe(scene: TenantsScene, connection: string | undefined, others: readonly Side[]): Promise<void> {
  if (connection === undefined) return;
  for (const { tenant } of others) {
    const route = `${tenant}/connections/${connection}`;
    const replies = await Promise.all([
      scene.admin('auth', 'GET', route),
      scene.admin('auth', 'DELETE', route),
      scene.admin('auth', 'POST', `${route}/pause`, {}),
      scene.admin('auth', 'POST', `${route}/erasure`, {}),
      scene.admin('poller', 'GET', `${route}/sync`),
    ]);
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 404));
    // Whether the other tenant is paused may change while it is asked.
    expect([404, 409]).toContain((await scene.admin('poller', 'POST', `${route}/poll`)).status);
  }
}
