import { type Verdict, isHeld, listed, longestLagSeconds, span, times, verdict } from '#core';
import type { LaneState, ParkedCount } from '#store';
import { parkedBesideSlot } from '../slot-watch.ts';
import { sentence } from './sentence.ts';

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

/** What a look at the lanes of our own relay needs. */
export interface LanesPorts {
  /** By lane, the last position that Kafka has. */
  readonly positions: () => Promise<ReadonlyMap<number, number>>;
  /** Epoch ms by the database's clock. */
  readonly now: () => Promise<number>;
  readonly lanes: () => Promise<readonly Lane[]>;
  readonly parked: () => Promise<readonly ParkedCount[]>;
}

/** Who relays the lanes, how far they are, and whether the database and Kafka agree. */
export async function lookAtLanes(ports: LanesPorts, deployment: string): Promise<readonly Verdict[]> {
  // In this order, since events are published and leases renewed meanwhile: what Kafka had, and who was alive, the lanes show by then.
  const positions = await ports.positions();
  const now = await ports.now();
  const lanes = await ports.lanes();
  const lost = lostPositions(lanes, positions, deployment);
  if (lost.length > 0) return lost;
  const free = lanes.filter((lane) => !isHeld(lane, now));
  return laneVerdicts(lanes, free, await ports.parked());
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
  const wrong = [
    ...(free.length === 0 ? [] : [freeVerdict(free)]),
    ...behind(
      lanes.filter((lane) => !free.includes(lane)),
      'Look in the log of the publishers what holds them up; docs/operate.md says more.',
    ),
    ...parked.map(({ reason, streams }) =>
      verdict.warn(
        `Kafka refuses events of ${times(streams, 'athlete')} (${reason}).`,
        'Look at `bridge parked list`; docs/operate.md says what to do for each reason.',
      ),
    ),
  ];
  return wrong.length > 0 ? wrong : [relayed(lanes)];
}

/** What is told of Debezium's replication slot. */
export interface SlotFacts {
  readonly slot: string;
  /** Whether somebody reads it now; undefined: there is no such slot of this database. */
  readonly isActive: boolean | undefined;
  /** Why no publication brings all events to it; undefined where one does. */
  readonly fault: string | undefined;
}

/** @param parked what the broker refused our own relay, by reason */
export function slotVerdicts(
  { slot, isActive, fault }: SlotFacts,
  lanes: readonly Lane[],
  parked: readonly ParkedCount[],
): readonly Verdict[] {
  const advice = 'Set it up as docs/debezium.md says.';
  const wrong = [
    ...(fault === undefined ? [] : [verdict.broken(`Debezium does not bring all events: ${fault}.`, advice)]),
    ...(isActive === undefined
      ? [verdict.broken(`There is no replication slot ${slot} of this database (DEBEZIUM_SLOT).`, advice)]
      : []),
    ...(isActive === false
      ? [
          verdict.broken(
            `Nobody reads the replication slot ${slot} (DEBEZIUM_SLOT): what is new waits in PostgreSQL, whose disk it fills.`,
            'Start the connector, or look in its log why it does not run. Do not drop the slot: what it has not read would come to nobody.',
          ),
        ]
      : []),
    ...(parked.length === 0
      ? []
      : [
          verdict.broken(
            `Debezium does not bring all events: ${parkedBesideSlot.fault} (${listed(
              parked.map(({ reason, streams }) => `${reason}: ${times(streams, 'athlete')}`),
              parked.length,
            )}).`,
            `${sentence(parkedBesideSlot.advice)}.`,
          ),
        ]),
  ];
  // Where one of these is so, a lag is what comes of it.
  if (wrong.length > 0) return wrong;
  const late = behind(
    lanes,
    "Look whether a publisher runs, which notes how far the slot is, and in the connector's log what holds it up.",
  );
  return late.length > 0 ? late : [relayed(lanes)];
}

const relayed = (lanes: readonly Lane[]): Verdict => verdict.ok(`All lanes (${String(lanes.length)}) are relayed.`);

function behind(lanes: readonly Lane[], advice: string): readonly Verdict[] {
  const late = lanes.filter(({ lagSeconds }) => lagSeconds >= longestLagSeconds);
  if (late.length === 0) return [];
  return [
    verdict.warn(`${sentence(namesOf(late))} ${late.length === 1 ? 'is' : 'are'} behind: ${waitingIn(late)}.`, advice),
  ];
}

function freeVerdict(free: readonly Lane[]): Verdict {
  const line = `No live publisher holds ${namesOf(free)}`;
  const advice = 'Start the publishers, or look in their log why they do not start. Nothing is lost.';
  if (free.every(({ lagRows }) => lagRows === 0)) return verdict.warn(`${line}; nothing waits.`, advice);
  return verdict.broken(`${line}: ${waitingIn(free)}.`, advice);
}

function namesOf(lanes: readonly Lane[]): string {
  const names = listed(
    lanes.map(({ lane }) => String(lane)),
    8,
  );
  return `${lanes.length === 1 ? 'lane' : 'lanes'} ${names}`;
}

function waitingIn(lanes: readonly Lane[]): string {
  const waiting = lanes.reduce((sum, { lagRows }) => sum + lagRows, 0);
  const oldest = Math.max(0, ...lanes.map(({ lagSeconds }) => lagSeconds));
  return `${times(waiting, 'event')} ${waiting === 1 ? 'waits' : 'wait'}, the oldest for ${span(oldest * 1000)}`;
}
