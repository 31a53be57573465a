import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../../deploy/local/stack/until.ts';
import { askFor, Askers } from './refresh-kills/askers.ts';
import { freeze, type Thaw } from './refresh-kills/freeze.ts';
import { Killer, moments } from './refresh-kills/killer.ts';
import { manners, openScene, type Athlete, type Manner, type Replica, type Scene } from './refresh-kills/scene.ts';
import { fatesOf, type Fate } from './refresh-kills/verdict.ts';

/**
 * Replicas of auth are killed between the provider's answer to a refresh and the commit. No consent is lost unless the
 * provider itself takes the tokens no more, and no athlete is ever refreshed twice at the same time.
 */
const wanted: Readonly<Record<Manner, number>> = { rotate: 20, keep: 15, grace: 15 };

/** So often auth takes a refresh up that was cut off; then it waits for whoever needs the token. */
const mostTries = 3;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

let scene: Scene;
let killed: readonly Athlete[];
let spared: readonly Athlete[];
let askers: Askers | undefined;
let thaws: Promise<readonly Thaw[]>;

beforeAll(async () => {
  scene = await openScene({ replicas: 3, athletes: { rotate: 61, keep: 21, grace: 31 }, say });
  // The last one of each manner is for the replica that is frozen.
  spared = manners.map((manner) => scene.athletes.findLast((athlete) => athlete.manner === manner) as Athlete);
  killed = scene.athletes.filter((athlete) => !spared.includes(athlete));
}, 300_000);

afterAll(async () => {
  await askers?.stop();
  await scene?.stop();
}, 60_000);

describe('a refresh that is cut off', () => {
  it('costs no consent that the provider has not made unusable, though its process is killed 50 times', async () => {
    askers = new Askers(scene, killed, 5);
    const killer = new Killer(scene, { wanted, seed: 'refresh-kills', say });
    await killer.finished();
    await askers.stop();
    const [one, two, three] = scene.replicas as [Scene['replicas'][0], Scene['replicas'][0], Scene['replicas'][0]];
    thaws = freeze(scene, spared, three, one);
    thaws.catch(() => undefined);
    await settled(killed, [one, two]);

    const fates = await fatesOf(scene, killed, [one, two], askers.handedOut);
    const table = tableOf(killer, fates);
    say(table);
    say(JSON.stringify({ asked: Object.fromEntries(askers.statuses) }));
    const wrong = fates.filter(({ kind }) => kind === 'lost').map(({ athlete, note }) => `${athlete.name}: ${note}`);
    expect({ wrong, strange: askers.strange, table }).toEqual({ wrong: [], strange: [], table });
    expect(atOnce()).toEqual(nowhere);
    const lost = fates.filter(({ kind }) => kind === 'lost as it must be').map(({ athlete }) => athlete.connection);
    expect(await told(killed)).toEqual({
      ConnectionEstablished: killed.map(({ connection }) => connection).toSorted(),
      ...(lost.length > 0 && { ConsentRevoked: lost.toSorted() }),
    });
  }, 1_500_000);

  it('may be taken over from a process that stands still, which then changes nothing', async () => {
    for (const { athlete, early, takenOver, late, versions } of await thaws) {
      const replies = [early, takenOver, late].map(({ status, text }) => `${status} ${text.slice(0, 300)}`);
      say(
        `frozen, ${athlete.manner}: asked early ${early.status}, taken over ${takenOver.status}, late ${late.status}`,
      );
      const [before = 0] = versions;
      const isGone = athlete.manner === 'rotate';
      const expected = {
        versions: isGone ? [before, undefined, undefined] : [before, before + 1, before + 1],
        statuses: isGone ? [409, 409] : [200, 200],
      };
      expect({ versions, statuses: [takenOver.status, late.status], replies }).toEqual({ ...expected, replies });
      expect(late.accessToken).toBe(takenOver.accessToken);
      // To wait, or what takes over where this machine is slow.
      expect([503, takenOver.status]).toContain(early.status);
    }
    const fates = await fatesOf(scene, spared, scene.replicas, new Set());
    expect(fates.map(({ athlete, kind, note }) => [athlete.manner, kind, note])).toEqual([
      ['rotate', 'lost as it must be', ''],
      ['keep', 'survived', ''],
      ['grace', 'survived', ''],
    ]);
    expect(atOnce()).toEqual(nowhere);
    const [gone, ...others] = spared as [Athlete, ...Athlete[]];
    expect(await told(others)).toEqual({ ConnectionEstablished: others.map((one) => one.connection).toSorted() });
    expect(await told([gone])).toEqual({ ConnectionEstablished: [gone.connection], ConsentRevoked: [gone.connection] });
  }, 300_000);
});

const nowhere = { twiceAtOnce: [], rotate: {}, keep: {}, grace: {} };

/** Athletes with more than one refresh at a time, as the doors and the providers have counted them. */
function atOnce(): Readonly<Record<string, unknown>> {
  const counted = manners.map((manner) => [manner, scene.simulators[manner].requests()[0]?.concurrentRefreshes]);
  return { twiceAtOnce: [...scene.seen.twiceAtOnce], ...Object.fromEntries(counted) };
}

/**
 * Nobody has refreshes left whose end is not known. Auth takes them up by itself; for those that were cut off too often
 * for that, somebody has to need the token.
 */
async function settled(athletes: readonly Athlete[], replicas: readonly Replica[]): Promise<void> {
  await until('all refreshes that were cut off to be taken up', 120, async () => {
    const left = await attemptsOf(athletes);
    if (left.length === 0) return true;
    for (const [index, { athlete, tries }] of left.entries())
      if (tries > mostTries) await askFor(scene, replicas[index % replicas.length] as Replica, athlete);
    throw new Error(
      `left: ${left.map(({ athlete, note }) => `${athlete.name} (${athlete.manner}) ${note}`).join('; ')}`,
    );
  });
}

async function attemptsOf(athletes: readonly Athlete[]) {
  const { rows } = await scene.db.query<{ connection: string; tries: number; note: string }>(
    'select connection, tries, row_to_json(refresh_attempts)::text as note from refresh_attempts where connection = any($1)',
    [athletes.map(({ connection }) => connection)],
  );
  return rows.map(({ connection, ...attempt }) => ({
    ...attempt,
    athlete: athletes.find((athlete) => athlete.connection === connection) as Athlete,
  }));
}

/** Connections by what was told of them: the events of the outbox, each as often as it is there. */
async function told(athletes: readonly Athlete[]): Promise<Readonly<Record<string, readonly string[]>>> {
  const { rows } = await scene.db.query<{ type: string; connections: string[] }>(
    `select split_part(type, '.', 2) as type, array_agg(aggregateid order by aggregateid) as connections
     from outbox where aggregateid = any($1) group by 1`,
    [athletes.map(({ connection }) => connection)],
  );
  return Object.fromEntries(rows.map(({ type, connections }) => [type, connections]));
}

function tableOf(killer: Killer, fates: readonly Fate[]): string {
  const head = [
    'manner',
    'kills in the window',
    'after the commit',
    'survived',
    'needs_reauth',
    'lost otherwise',
    'at once',
  ];
  const lines = manners.map((manner) => {
    const kills = killer.kills.filter((kill) => kill.manner === manner);
    const count = (kind: Fate['kind']) =>
      fates.filter((fate) => fate.athlete.manner === manner && fate.kind === kind).length;
    const inside = moments.map((moment) => kills.filter((kill) => kill.inWindow && kill.moment === moment).length);
    const concurrent = Object.keys(scene.simulators[manner].requests()[0]?.concurrentRefreshes ?? {}).length;
    return [
      manner,
      `${killer.inWindow(manner)} (${inside.join('+')})`,
      kills.length - killer.inWindow(manner),
      count('survived'),
      count('lost as it must be'),
      count('lost'),
      concurrent,
    ];
  });
  const rows = [head, ...lines].map((cells) => cells.map((cell) => String(cell).padEnd(20)).join(''));
  return [
    '',
    ...rows,
    `in the window: ${moments.join('+')}; refreshes cut off before the provider's answer: ${killer.earlier}`,
  ].join('\n');
}
