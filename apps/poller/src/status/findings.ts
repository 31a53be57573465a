import { figure, listed, momentOf, refusalAdvice, span, times } from '#core';
import type { Severity, Symptom, SymptomKind } from './symptoms.ts';

/** Something that is wrong, of all tenants that have it, for people. */
export interface Finding {
  readonly kind: SymptomKind;
  readonly severity: Severity;
  readonly what: string;
  /** Nothing in it comes from outside. Names of commands and settings stand between backticks. */
  readonly todo: string;
}

/** Symptoms of one kind about one thing, put together. */
interface Group {
  readonly about: string;
  /** Whose. */
  readonly tenants: string;
  readonly lanes: string;
  /** The earliest moment, and how long ago that is. */
  readonly since: string;
  /** The latest moment. */
  readonly until: string;
  /** Together. */
  readonly count: number;
  readonly of: number;
  /** The most. */
  readonly amount: number;
}

type Say = (group: Group) => Pick<Finding, 'what' | 'todo'>;

const named = 3;
const order: readonly Severity[] = ['bad', 'warn'];

const services: ReadonlyMap<string, Pick<Finding, 'what' | 'todo'>> = new Map(
  Object.entries({
    postgresql: {
      what: 'PostgreSQL does not answer the poller.',
      todo: 'Look at PostgreSQL and at `DATABASE_URL`. Nothing is polled or published meanwhile, nothing is lost, and it goes on by itself.',
    },
    redis: {
      what: 'Redis does not answer the poller.',
      todo: 'Look at Redis and at `REDIS_URL`. Nothing is asked of Polar meanwhile, since nobody counts the requests; nothing is lost, and it goes on by itself.',
    },
  }),
);

const failures: ReadonlyMap<string, string> = new Map(
  Object.entries({
    AUTH_UNAVAILABLE:
      'No access tokens come from auth: look at its `/health/ready`, at `AUTH_URL` of the pollers, and whether both have the same `INTERNAL_TOKEN`.',
    BUDGET_UNAVAILABLE: 'Look at Redis: nobody can count the requests.',
    PROVIDER_REJECTED: 'Polar refuses these requests: look for `request failed` in the log of the pollers.',
    PROVIDER_SCHEMA_UNKNOWN: 'Polar answers in a form that this version does not know: look for an update.',
  }),
);

const says: Readonly<Record<SymptomKind, Say>> = {
  'service-down': ({ about }) =>
    services.get(about) ?? {
      what: `The poller does not reach ${about}.`,
      todo: 'Look at it, and at the log of the poller.',
    },
  'database-slow': ({ about }) => ({
    what: `PostgreSQL is too slow to tell ${about}.`,
    todo: 'Look at its load and its locks. What is not told here may be wrong, too.',
  }),
  'no-publisher': ({ count, amount }) => ({
    what: `No publisher runs: nothing reaches Kafka.${count === 0 ? '' : ` ${waiting(count)}, the oldest for ${span(amount * 1000)}.`}`,
    todo: 'Start the publishers, or look in their log why they do not start. Nothing is lost.',
  }),
  'lanes-free': ({ lanes, count, amount }) => ({
    what: `No publisher takes ${lanes}: ${waiting(count)}, the oldest for ${span(amount * 1000)}.`,
    todo: 'Look for `lanes not renewed` in the log of the publishers. Nothing is lost.',
  }),
  'lanes-behind': ({ lanes, count, amount }) => ({
    what: `Events reach Kafka up to ${span(amount * 1000)} late: ${waiting(count)} in ${lanes}.`,
    todo: 'Look at Kafka, and for `lane stands still` and `lane failed` in the log of the publishers; with Debezium, at its connector and its slot. Nothing is lost.',
  }),
  'provider-silent': ({ tenants, since }) => ({
    what: `Polar does not answer for ${tenants}, since ${since}.`,
    todo: 'Polls go on by themselves when it answers, and nothing is lost. If it answers you, look at the way out of the cluster and at `apiUrl` of the tenant file.',
  }),
  'refresh-failing': ({ tenants, count, of }) => ({
    what: `The tokens of ${figure(count)} of ${times(of, 'athlete')} of ${tenants} cannot be renewed.`,
    todo: 'Look for `refresh failed` in the log of auth: a wrong client secret, or Polar away. No consent is lost by it.',
  }),
  'consent-lost': ({ tenants, count, of }) => ({
    what: `${figure(count)} of ${times(of, 'athlete')} of ${tenants} have lost their consent.`,
    todo: 'Look for `consent lost` in the log of auth: so many come of a client that was changed at Polar. Each athlete needs a new connect link.',
  }),
  'polls-failing': ({ about, tenants, count }) => ({
    what: `${times(count, 'poll')} of ${tenants} fail${count === 1 ? 's' : ''} again and again (${about}).`,
    todo: failures.get(about) ?? 'Look for `poll failed` in the log of the pollers.',
  }),
  'budget-refused': ({ tenants, until }) => ({
    what: `Polar has refused requests of ${tenants} for too many: nothing is sent before ${until}.`,
    todo: 'It goes on by itself. Look who else uses the client id, and whether `quota` of the tenant file is more than Polar allows.',
  }),
  'budget-used-up': ({ tenants }) => ({
    what: `The requests of ${tenants} are used up for now.`,
    todo: 'Polls go on as the window lets them. If it is so every day, ask Polar for a larger quota, or poll fewer `resources`.',
  }),
  'polls-late': ({ tenants, amount }) => ({
    what: `Polls of ${tenants} are up to ${span(amount * 1000)} late.`,
    todo: 'If requests are left below, the pollers do not keep up: start more, or raise `POLL_CONCURRENCY`. If nothing is polled at all, look for `planner tick failed` in their log.',
  }),
  parked: ({ about, tenants, count, since }) => ({
    what: `Kafka refuses events of ${times(count, 'athlete')} of ${tenants} (${about}), since ${since}.`,
    todo: `What to do: ${refusalAdvice.get(about) ?? 'mend what the broker says (`bridge parked list`)'}, then \`bridge parked release --all\`. Their events wait; all others go on.`,
  }),
  'resource-silent': ({ about, tenants, since }) => ({
    what: `Polar does not answer for ${about} of ${tenants}, since ${since}.`,
    todo: 'It is asked for now and then until it answers. All else goes on.',
  }),
  'quota-short': ({ tenants, amount }) => ({
    what: `The quota is too small for the athletes of ${tenants}: the longest pauses are up to ${amount.toFixed(1)} times as long as the tenant file says.`,
    todo: 'Ask Polar for a larger quota, poll fewer `resources`, or raise `maxSeconds`.',
  }),
  'not-in-file': ({ tenants, count }) => ({
    what: `${times(count, 'athlete')} belong${count === 1 ? 's' : ''} to what is not in the tenant file: ${tenants}.`,
    todo: 'They are not polled. Put the tenant back, or end their connections.',
  }),
};

/** One sentence for each thing that is wrong, whomever it concerns; what is worst comes first. @param now epoch ms */
export function findingsOf(symptoms: readonly Symptom[], now: number): readonly Finding[] {
  const groups = Map.groupBy(symptoms, ({ kind, about = '' }) => `${kind} ${about}`);
  const kinds = Object.keys(says);
  return [...groups.values()]
    .flatMap((some) => {
      const [first] = some;
      if (first === undefined) return [];
      const severity = some.some((one) => one.severity === 'bad') ? 'bad' : 'warn';
      return [{ kind: first.kind, severity, ...says[first.kind](groupOf(some, now)) } as const];
    })
    .toSorted(
      (a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || kinds.indexOf(a.kind) - kinds.indexOf(b.kind),
    );
}

export const waiting = (count: number): string => `${times(count, 'event')} ${count === 1 ? 'waits' : 'wait'}`;

function groupOf(some: readonly Symptom[], now: number): Group {
  const moments = some.flatMap(({ at }) => at ?? []);
  const [first, last] = [Math.min(...moments, now), Math.max(...moments, 0)];
  const sum = (of: (one: Symptom) => number | undefined) => some.reduce((total, one) => total + (of(one) ?? 0), 0);
  const lanes = some.flatMap(({ lane }) => (lane === undefined ? [] : [String(lane)]));
  return {
    about: some[0]?.about ?? '',
    tenants: listed([...new Set(some.flatMap(({ tenant }) => tenant ?? []))].toSorted(), named),
    lanes: `${lanes.length === 1 ? 'lane' : 'lanes'} ${listed(lanes, 8)}`,
    since: `${momentOf(first, now)} (${span(now - first)})`,
    until: momentOf(last, now),
    count: sum(({ count }) => count),
    of: sum(({ of }) => of),
    amount: Math.max(0, ...some.map(({ amount = 0 }) => amount)),
  };
}
