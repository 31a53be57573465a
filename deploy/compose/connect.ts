/**
 * `node deploy/compose/connect.ts`: connects the simulator's athletes by its consent page, as a browser would, all but the last
 * one, and says how to connect that one by hand. Whoever is connected already stays so.
 */
import { consent } from '../local/stack/consent.ts';
import { need } from './need.ts';

const [simulator, returnUrl, token] = [need('SIMULATOR_URL'), need('RETURN_URL'), need('ADMIN_TOKEN')];
const tenant = `${need('AUTH_URL')}/v1/tenants/${need('TENANT')}`;

const { athletes } = await ask<{ athletes: { name: string }[] }>(`${simulator}/control/athletes`);
const { connections } = await ask<{ connections: { userReference: string }[] }>(`${tenant}/connections?status=active`);
const connected = new Set(connections.map(({ userReference }) => userReference));
const byHand = athletes.at(-1)?.name;
for (const { name } of athletes) {
  if (name === byHand || connected.has(name)) continue;
  await consent(await connectLink(name), name);
  console.log(`connected ${name}`);
}
if (byHand !== undefined && !connected.has(byHand)) {
  console.log(`Nobody has connected ${byHand} yet. Open this, and choose ${byHand}:\n${await connectLink(byHand)}`);
}

async function connectLink(userReference: string): Promise<string> {
  return (await ask<{ url: string }>(`${tenant}/connect-links`, { userReference, returnUrl })).url;
}

/** @throws when the answer is no success, with what it says */
async function ask<T>(url: string, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(30_000),
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}
