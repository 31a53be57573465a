import { fingerprint } from './provider-door.ts';
import type { Athlete, Manner, Replica, Scene } from './scene.ts';
import { askFor, type Reply } from './askers.ts';

/** What became of an athlete's consent. */
export interface Fate {
  readonly athlete: Athlete;
  readonly kind: 'survived' | 'lost as it must be' | 'lost';
  /** Why it is wrong, or what was seen. */
  readonly note: string;
}

interface Standing {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly sealed: boolean;
  readonly at: Date;
}

/** Compares what the product believes with what the providers would do. */
export async function fatesOf(
  scene: Scene,
  athletes: readonly Athlete[],
  replicas: readonly Replica[],
  handedOut: ReadonlySet<string>,
): Promise<readonly Fate[]> {
  const { rows } = await scene.db.query<Standing>(
    `select id, status, status_reason as reason, credentials.connection is not null as sealed, updated_at as at
     from connections left join credentials on credentials.connection = id where kind = 'athlete'`,
  );
  const standings = new Map(rows.map((row) => [row.id, row]));
  const fates: Fate[] = [];
  for (const [index, athlete] of athletes.entries()) {
    const standing = standings.get(athlete.connection);
    const replica = replicas[index % replicas.length];
    if (standing === undefined || replica === undefined) throw new Error(`${athlete.name} has no connection`);
    const problem =
      standing.status === 'active'
        ? await problemOfActive(scene, athlete, replica)
        : problemOfLost(scene, athlete, standing, handedOut);
    const good = standing.status === 'active' ? 'survived' : 'lost as it must be';
    fates.push({ athlete, kind: problem === undefined ? good : 'lost', note: problem ?? '' });
  }
  return fates;
}

/** The stored tokens have to do: for a request, for one more refresh, and for a request with what that gave. */
async function problemOfActive(scene: Scene, athlete: Athlete, replica: Replica): Promise<string | undefined> {
  let rejected: string | undefined;
  for (const step of ['stored', 'refreshed']) {
    const { status, text, accessToken } = await askFor(
      scene,
      replica,
      athlete,
      rejected === undefined ? {} : { rejected },
    );
    if (accessToken === undefined) return `no ${step} token: ${status} ${text}`;
    const data = await useAtProvider(scene, athlete.manner, accessToken);
    if (data !== 200) return `the ${step} token is answered with ${data}`;
    rejected = fingerprint(accessToken);
  }
  return undefined;
}

/**
 * Only a provider that has rotated the tokens, and takes the old ones no more, may cost the consent. What it takes
 * instead stands in answers that never reached the database, so nobody has ever used it.
 */
function problemOfLost(
  { simulators, seen }: Scene,
  { manner, name }: Athlete,
  { status, reason, sealed, at }: Standing,
  handedOut: ReadonlySet<string>,
): string | undefined {
  if (status !== 'needs_reauth' || reason !== 'refresh_answer_lost') return `it is ${status}: ${reason}`;
  if (sealed) return 'its tokens were not destroyed';
  const tokens = simulators[manner].refreshTokens().filter(({ athlete }) => athlete === name);
  const unused = tokens.filter(({ rotated }) => rotated === null);
  const last = Math.max(...tokens.map(({ rotated }) => rotated ?? 0));
  const grace = manner === 'grace' ? simulators[manner].switches.refresh_grace * 1000 : 0;
  if (manner === 'keep' || last === 0) return 'the provider never took its token away';
  if (at.getTime() < last + grace) return 'the provider still took the token at that time';
  return unused.some(({ fingerprint: token }) => handedOut.has(seen.granted.get(token) ?? ''))
    ? 'the newest tokens had been stored, since their access token was handed out'
    : undefined;
}

async function useAtProvider({ simulators }: Scene, manner: Manner, accessToken: string): Promise<number> {
  const url = `${simulators[manner].apiUrl}/user/account-data`;
  const { status } = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
  return status;
}

/** Asks until the answer is not to wait. */
export async function askOut(scene: Scene, replica: Replica, athlete: Athlete, rejected?: string): Promise<Reply> {
  for (;;) {
    const reply = await askFor(scene, replica, athlete, rejected === undefined ? {} : { rejected });
    if (reply.status !== 503) return reply;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
