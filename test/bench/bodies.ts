import { addDays, dateOf } from '../simulator/calendar.ts';
import { ALL_RESOURCES_MIX, createSimulator } from '../simulator/index.ts';
import { operationAt } from '../simulator/api/operations.ts';
import { rangeQuery } from '../simulator/reader.ts';
import { visitor } from '../simulator/visitor.ts';

/** A body as the provider sends it. */
export interface RealSizeBody {
  readonly name: string;
  /** Name of the resource that reads it. */
  readonly resource: string;
  readonly phase: 'list' | 'detail';
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

interface Wanted {
  readonly name: string;
  readonly resource: string;
  readonly path: string;
  readonly phase: 'list' | 'detail';
  readonly days: number;
}

/** The largest answers that one request brings: a day with every feature, or the longest listing that the provider allows. */
const wanted: readonly Wanted[] = [
  { name: 'PPI, a day', resource: 'ppi-samples', path: '/ppi-samples', phase: 'detail', days: 1 },
  { name: 'heart rate, a week', resource: 'continuous-samples', path: '/continuous-samples', phase: 'list', days: 7 },
  {
    name: 'temperature, 90 days',
    resource: 'temperature-measurements',
    path: '/temperature-measurements',
    phase: 'list',
    days: 90,
  },
  {
    name: 'recharge, 28 nights',
    resource: 'nightly-recharge-results',
    path: '/nightly-recharge-results',
    phase: 'list',
    days: 28,
  },
  {
    name: 'sessions of a day',
    resource: 'training-sessions',
    path: '/training-sessions/list',
    phase: 'detail',
    days: 1,
  },
  { name: 'activity, a day', resource: 'activity', path: '/activity/list', phase: 'detail', days: 1 },
  { name: 'sleep, a night', resource: 'sleeps', path: '/sleeps', phase: 'detail', days: 1 },
];

/** What an athlete of the simulator has: real sizes, made of its own numbers. */
export async function realSizeBodies(): Promise<readonly RealSizeBody[]> {
  const simulator = await createSimulator({
    athletes: 1,
    days: 90,
    lateNights: 0,
    quota: [{ requests: 1_000_000, seconds: 900 }],
    switches: { mix: ALL_RESOURCES_MIX, ppi_full_day: true, features_gt_1day: 'allow' },
  });
  try {
    const { connect, get } = visitor(simulator);
    const athlete = simulator.athletes()[0]?.name ?? '';
    const tokens = await connect(athlete);
    const today = dateOf(Date.now());
    const bodies: RealSizeBody[] = [];
    for (const one of wanted) {
      const operation = operationAt(one.path)?.operation;
      if (operation === undefined) throw new Error(`the simulator has no ${one.path}`);
      const body = async (back: number): Promise<RealSizeBody> => {
        const from = addDays(today, -back - one.days + 1);
        const to = addDays(today, 1 - back);
        const features = one.phase === 'list' && one.resource === 'nightly-recharge-results' ? [] : operation.features;
        const { status, text } = await get(
          tokens,
          `${one.path}?${rangeQuery(simulator, operation, from, to, features)}`,
        );
        if (status !== 200) throw new Error(`${one.path} answered ${status}: ${text.slice(0, 200)}`);
        return { name: one.name, resource: one.resource, phase: one.phase, from, to, text };
      };
      // The largest of some days: today is not over, and not every day has a session.
      const days = one.days > 1 ? [await body(0)] : await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(body));
      bodies.push(days.reduce((largest, next) => (next.text.length > largest.text.length ? next : largest)));
    }
    return bodies;
  } finally {
    await simulator.close();
  }
}
