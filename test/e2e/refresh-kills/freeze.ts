import { until } from '../../../deploy/local/stack/until.ts';
import { askFor, type Reply } from './askers.ts';
import { fingerprint } from './provider-door.ts';
import type { Athlete, Replica, Scene } from './scene.ts';
import { askOut } from './verdict.ts';

export interface Thaw {
  readonly athlete: Athlete;
  /** What another replica said while the first held the lock. */
  readonly early: Reply;
  /** What it said when it could take over. */
  readonly takenOver: Reply;
  /** What the frozen one said when it went on. */
  readonly late: Reply;
  /** The tokens' version before, when they were taken over, and after the frozen one has gone on. */
  readonly versions: readonly (number | undefined)[];
}

/**
 * A replica stands still between the provider's answer and the commit, for longer than PostgreSQL lets it hold the lock.
 * Another one takes over, and then the first goes on as if nothing had happened.
 */
export async function freeze(
  scene: Scene,
  athletes: readonly Athlete[],
  frozen: Replica,
  other: Replica,
): Promise<readonly Thaw[]> {
  // Long enough that nobody refreshes for another reason.
  for (const { switches } of Object.values(scene.simulators)) switches.expires_in = 3600;
  const rejected: string[] = [];
  for (const athlete of athletes) {
    const { accessToken = '' } = await askFor(scene, other, athlete);
    const renewed = await askFor(scene, other, athlete, { rejected: fingerprint(accessToken) });
    rejected.push(fingerprint(renewed.accessToken ?? ''));
  }
  const before = await Promise.all(athletes.map((athlete) => versionOf(scene, athlete)));

  const answered = Promise.withResolvers<void>();
  const still = Promise.withResolvers<void>();
  let waiting = 0;
  frozen.door.onAnswer = async (answer) => {
    waiting += 1;
    if (waiting === athletes.length) answered.resolve();
    await still.promise;
    await answer.pass();
  };
  const late = athletes.map((athlete, index) => askFor(scene, frozen, athlete, { rejected: rejected[index] ?? '' }));
  await answered.promise;
  const { pid } = frozen.child;
  if (pid === undefined) throw new Error(`${frozen.child.name} does not run`);
  process.kill(pid, 'SIGSTOP');
  frozen.door.onAnswer = (answer) => answer.pass();
  still.resolve();
  const early = Promise.all(
    athletes.map((one, index) => askFor(scene, other, one, { rejected: rejected[index] ?? '' })),
  );
  await until('PostgreSQL to end the transactions of the frozen one', 90, () => isReleased(scene, athletes));
  const impatient = await early;
  const takenOver = await Promise.all(athletes.map((one, index) => askOut(scene, other, one, rejected[index])));
  const meanwhile = await Promise.all(athletes.map((athlete) => versionOf(scene, athlete)));
  process.kill(pid, 'SIGCONT');
  const replies = await Promise.all(late);
  const after = await Promise.all(athletes.map((athlete) => versionOf(scene, athlete)));
  return athletes.map((athlete, index) => ({
    athlete,
    early: impatient[index] as Reply,
    takenOver: takenOver[index] as Reply,
    late: replies[index] as Reply,
    versions: [before[index], meanwhile[index], after[index]],
  }));
}

async function versionOf({ db }: Scene, { connection }: Athlete): Promise<number | undefined> {
  const { rows } = await db.query<{ version: number }>('select version from credentials where connection = $1', [
    connection,
  ]);
  return rows[0]?.version;
}

async function isReleased({ db }: Scene, athletes: readonly Athlete[]): Promise<boolean> {
  const ids = athletes.map(({ connection }) => connection);
  const { rows } = await db.query('select 1 from credentials where connection = any($1) for update skip locked', [ids]);
  return rows.length === ids.length;
}
