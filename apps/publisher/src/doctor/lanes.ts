import { type Verdict, listed, span, times, verdict } from '#core';
import type { LaneState, ParkedCount } from '#store';

type Lane = Pick<LaneState, 'lane' | 'owner' | 'leaseUntil' | 'nextPosition' | 'lagRows' | 'lagSeconds'>;

/**
 * Lanes of which Kafka has more than was ever written in this database.
 * @param positions by lane, the last one that was published
 */
export function lostPositions(
  lanes: readonly Lane[],
  positions: ReadonlyMap<number, number>,
  deployment: string,
): readonly Verdict[] {
  const ahead = lanes.filter(({ lane, nextPosition }) => (positions.get(lane) ?? 0) >= nextPosition);
  const [first] = ahead;
  if (first === undefined) return [];
  const where = `lane ${String(first.lane)} at ${String(positions.get(first.lane))}, the database at ${String(first.nextPosition - 1)}`;
  return [
    verdict.broken(
      `Kafka is ahead of the database in ${times(ahead.length, 'lane')} of DEPLOYMENT "${deployment}": it has ${where}.`,
      'If another installation has the same DEPLOYMENT at this cluster, give this one another name. If the database was restored, run `bridge recover`.',
    ),
  ];
}

/**
 * @param free those that no live publisher holds, though one should
 * @param parked what the broker refuses, by reason
 */
export function laneVerdicts(
  lanes: readonly Lane[],
  free: readonly Lane[],
  parked: readonly ParkedCount[],
): readonly Verdict[] {
  const waiting = free.reduce((sum, { lagRows }) => sum + lagRows, 0);
  const oldest = Math.max(0, ...free.map(({ lagSeconds }) => lagSeconds));
  const wrong = [
    ...(free.length === 0 ? [] : [freeVerdict(free, waiting, oldest)]),
    ...parked.map(({ reason, streams }) =>
      verdict.warn(
        `Kafka refuses events of ${times(streams, 'athlete')} (${reason}).`,
        'Look at `bridge parked list`; docs/operate.md says what to do for each reason.',
      ),
    ),
  ];
  return wrong.length > 0 ? wrong : [verdict.ok(`All lanes (${String(lanes.length)}) are relayed.`)];
}

function freeVerdict(free: readonly Lane[], waiting: number, oldest: number): Verdict {
  const names = listed(
    free.map(({ lane }) => String(lane)),
    8,
  );
  const line = `No live publisher holds ${free.length === 1 ? 'lane' : 'lanes'} ${names}`;
  const advice = 'Start the publishers, or look in their log why they do not start. Nothing is lost.';
  if (waiting === 0) return verdict.warn(`${line}; nothing waits.`, advice);
  return verdict.broken(
    `${line}: ${times(waiting, 'event')} ${waiting === 1 ? 'waits' : 'wait'}, the oldest for ${span(oldest * 1000)}.`,
    advice,
  );
}
