import { consent, returnUrl } from '../../deploy/local/stack/stack.ts';
import { until } from '../../deploy/local/stack/until.ts';
import type { LedgerEntry } from '../integration/ledger-entry.ts';
import { Example } from './example.ts';
import { keptByLedger } from './ledger-store.ts';
import { tenant, type Scene } from './scene.ts';

/** What happens at the provider while the examples read, to one athlete after the other, and how often. */
const news = { night: 18, score: 18, 'hr-append': 6 };
const revisions = { rescore: 12, trim: 6, 'night-delete': 6, 'hr-append': 6 };

export interface Outcome {
  /** How many events it had read when it was killed first. */
  readonly killedAfter: number;
  /** Nights and days in its store in the end. */
  readonly kept: number;
  /** What its store has otherwise than the ledger; empty when it is the same. */
  readonly fault: string;
  /** The status of its last process. */
  readonly ended: string;
}

/** Athletes of a story: one withdraws the consent, one does and comes back, one is erased. */
interface Cast {
  readonly gone: string;
  readonly back: string;
  readonly erased: string;
  /** Who is connected in the end. */
  readonly staying: ReadonlySet<string>;
}

/**
 * Every example reads along from the first consent on. Each is killed in the middle of the past and goes on as two processes,
 * one of which is killed as well when consents are withdrawn.
 * @param beforeTheEnd what else has to be in the topics before they are read to their ends
 */
export async function tryExamples(
  scene: Scene,
  examples: readonly Example[],
  beforeTheEnd: () => Promise<void>,
): Promise<Readonly<Record<string, Outcome>>> {
  const { simulator, progress } = scene;
  const killedAfter = new Map<Example, number>();
  for (const example of examples) await example.start();
  const connections = await connectAll(scene);
  for (const example of examples) {
    killedAfter.set(example, await someRead(example));
    await example.end('SIGKILL');
    await example.start();
    await example.start();
  }
  await until('all of the past', 240, async () => scene.count('BackfillCompleted') >= connections.size);

  const cast = castOf([...connections.keys()]);
  await happen(scene, news);
  // Only what was told can be revised and deleted.
  await until('the news to be told', 120, async () => {
    const nights = (await ledgerOf(scene, new Set(connections.keys()))).filter((kept) => kept.includes(' score '));
    return scene.count('SleepScored') >= nights.length;
  });
  for (const athlete of [cast.gone, cast.back]) await simulator.control('POST', '/consent', { athlete, revoked: true });
  await until('both consents to be told as withdrawn', 60, async () => scene.count('ConsentRevoked') >= 2);
  for (const example of examples) await example.end('SIGKILL');
  await connect(scene, cast.back);
  await erase(scene, connections.get(cast.erased) ?? '');
  await until('the return to be told', 60, async () => scene.count('ConnectionRestored') > 0);
  await happen(scene, revisions);
  await until('the past of who came back', 240, async () => scene.count('BackfillCompleted') > connections.size);
  await beforeTheEnd();

  const wanted = await ledgerOf(scene, cast.staying);
  const settled = examples.map((example) =>
    until(`the store of ${example.name}`, 180, async () => faultOf(example, scene, wanted) === ''),
  );
  for (const outcome of await Promise.allSettled(settled))
    if (outcome.status === 'rejected') progress(String(outcome.reason));
  await scene.stopProduct();
  const outcomes: Record<string, Outcome> = {};
  for (const example of examples) {
    const statuses = await example.stop();
    outcomes[example.name] = {
      killedAfter: killedAfter.get(example) ?? 0,
      kept: example.kept().length,
      fault: faultOf(example, scene, wanted),
      ended: statuses.join(', '),
    };
  }
  return outcomes;
}

/** @returns ids of connections by the athletes' names */
async function connectAll(scene: Scene): Promise<ReadonlyMap<string, string>> {
  const { athletes } = (await scene.simulator.control('GET', '/athletes')) as {
    athletes: readonly { readonly name: string }[];
  };
  const connections = new Map<string, string>();
  for (const { name } of athletes) connections.set(name, await connect(scene, name));
  return connections;
}

async function connect({ stack }: Scene, name: string): Promise<string> {
  return consent(await stack.connectLink(tenant, name, returnUrl(stack.authUrl)), name);
}

async function erase({ stack, count }: Scene, connection: string): Promise<void> {
  await stack.admin(stack.authUrl, `/v1/tenants/${tenant}/connections/${connection}/erasure`, { method: 'POST' });
  await until('the erasure to be told', 60, async () => count('ConnectionErased') > 0);
}

async function happen({ simulator }: Scene, facts: Readonly<Record<string, number>>): Promise<void> {
  for (const [fact, count] of Object.entries(facts)) await simulator.control('POST', '/step', { fact, count });
}

/** @returns how many events it has, as soon as it has more than those of the consents */
function someRead(example: Example): Promise<number> {
  return until(`the example in ${example.name} to read`, 60, async () => {
    const { size } = example.seen();
    return size > 10 && size;
  });
}

function castOf(names: readonly string[]): Cast {
  const [gone, back, erased, ...others] = names;
  if (gone === undefined || back === undefined || erased === undefined)
    throw new Error(`the story needs three athletes and more; there are ${names.length}`);
  return { gone, back, erased, staying: new Set([back, ...others]) };
}

/** @returns what a consumer must have of these athletes now */
async function ledgerOf({ simulator }: Scene, athletes: ReadonlySet<string>): Promise<readonly string[]> {
  const { entries } = (await simulator.control('GET', '/ledger')) as { entries: readonly LedgerEntry[] };
  return keptByLedger(entries, athletes);
}

/** @returns what an example lacks or has too much; empty when its store is what the ledger says */
function faultOf(example: Example, { forExamples }: Scene, wanted: readonly string[]): string {
  const [kept, seen] = [new Set(example.kept()), example.seen()];
  const unread = [...forExamples].find(([id]) => !seen.has(id));
  if (unread !== undefined) return `has not read ${unread.join(' ')}`;
  const missing = wanted.find((one) => !kept.has(one));
  if (missing !== undefined) return `lacks ${missing}`;
  const tooMuch = [...kept].find((one) => !wanted.includes(one));
  return tooMuch === undefined ? '' : `has ${tooMuch}`;
}
