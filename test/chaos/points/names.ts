/** Whose sentence a step of the publisher belongs to: a lane's, that of what is parked, or a replay's. */
export type Manner = 'lane' | 'parked' | 'replay';

/**
 * The steps with an effect. A point is before or after one of them: plan and diff are pure, so what is before the one and
 * after the other are the sides of their neighbours. `commit` is Kafka's in a lane, a replay and what was
 * parked, PostgreSQL's elsewhere. `keep` is a publisher's heartbeat, by which it holds its lanes.
 */
const steps = {
  poll: ['fetch', 'known', 'record', 'commit'],
  lane: ['claim', 'admit', 'transact', 'send', 'offsets', 'commit', 'settle'],
  park: ['refuse', 'hold', 'commit'],
  parked: ['claim', 'transact', 'send', 'offsets', 'commit', 'settle'],
  replay: ['claim', 'transact', 'send', 'offsets', 'commit', 'settle'],
  keep: ['hold', 'commit'],
} as const;

export type Sentence = keyof typeof steps;

/** Of a sentence, in its order: `poll.fetch.before`, `poll.fetch.after`, ... */
export function pointsOf(sentence: Sentence): readonly string[] {
  return steps[sentence].flatMap((step) => [`${sentence}.${step}.before`, `${sentence}.${step}.after`]);
}

export const sentencesOf: Readonly<Record<'poller' | 'publisher', readonly Sentence[]>> = {
  poller: ['poll'],
  publisher: ['lane', 'park', 'parked', 'replay', 'keep'],
};

/**
 * What happens at a point. `kill` and `freeze` are signals that the process sends to itself, so that it stops right there;
 * `lose` throws: before an effect the request never left, after it the reply never came.
 */
export type PointAction = 'kill' | 'freeze' | 'lose';

export const pointActions: readonly PointAction[] = ['kill', 'freeze', 'lose'];

/** What the suite says to a process. */
export type Order =
  | { readonly order: 'arm'; readonly point: string; readonly action: PointAction }
  /** All points, where none is named. */
  | { readonly order: 'disarm'; readonly point?: string }
  /** Its clock is so many ms ahead of the machine's. */
  | { readonly order: 'clock'; readonly aheadMs: number };

/** What a process says to the suite. */
export type Report =
  | { readonly report: 'started'; readonly name: string; readonly pid: number }
  | { readonly report: 'reached'; readonly point: string; readonly action: PointAction };
