import { random, type Random } from '../simulator/random.ts';

export type Service = 'postgres' | 'redis' | 'kafka' | 'provider';
export type App = 'poller' | 'publisher';

/** How the provider may misbehave, each for some requests in a row. */
export const providerFaults = ['429', '500', '401', 'timeout', 'truncated', 'empty', 'flicker', 'slow'] as const;
export type ProviderFault = (typeof providerFaults)[number];

const blanks: ReadonlySet<ProviderFault> = new Set(['empty', 'flicker']);

/**
 * Something that goes wrong. `at` is in ms from the beginning. What names an operation waits for the first one of its kind after
 * that moment, by whichever process: that is how a fault hits the boundary of a step.
 */
export type Fault =
  | {
      readonly kind: 'crash';
      readonly at: number;
      readonly operation: string;
      /** Before the effect; after it, with the answer on its way. */
      readonly when: 'before' | 'after';
      readonly downMs: number;
    }
  /** The effect is done and the answer is lost: the caller gets an error. */
  | { readonly kind: 'lost'; readonly at: number; readonly operation: string }
  /** The process stands still right after the effect, for longer or shorter than its leases, and comes back. */
  | { readonly kind: 'freeze'; readonly at: number; readonly operation: string; readonly ms: number }
  /** The next job that is handed out is handed out twice. */
  | { readonly kind: 'duplicate'; readonly at: number }
  | { readonly kind: 'outage'; readonly at: number; readonly service: Service; readonly ms: number }
  /** Redis forgets all, or the budget's key alone, right after the effect. */
  | { readonly kind: 'flush'; readonly at: number }
  | { readonly kind: 'evict'; readonly at: number; readonly operation: string }
  /** The broker does not take the next event for a while, alone or with all of its topic. */
  | { readonly kind: 'refuse'; readonly at: number; readonly what: 'row' | 'topic'; readonly ms: number }
  | { readonly kind: 'step'; readonly at: number; readonly clock: 'postgres' | 'redis' | App; readonly byMs: number }
  | { readonly kind: 'provider'; readonly at: number; readonly what: ProviderFault; readonly times: number };

/** Every boundary of a step of both sentences, the planner, the budget and the relay. */
export const operations = {
  poller: [
    'redis.turn',
    'postgres.enrol',
    'postgres.due',
    'postgres.lease',
    'redis.enqueue',
    'redis.take',
    'postgres.begin',
    'redis.charge',
    'postgres.ledger',
    'redis.verify',
    'provider.request',
    'redis.settle',
    'postgres.snapshots',
    'postgres.record',
    'postgres.fail',
    'redis.done',
  ],
  publisher: [
    'postgres.hold',
    'postgres.term',
    'kafka.open',
    'kafka.positions',
    'postgres.parked',
    'postgres.positions',
    'postgres.read',
    'kafka.send',
    'kafka.offsets',
    'kafka.commit',
    'postgres.note',
    'postgres.park',
    'postgres.park-behind',
    'postgres.read-parked',
    'postgres.unpark',
  ],
} as const satisfies Record<App, readonly string[]>;

const all = [...operations.poller, ...operations.publisher];
/** Where a half-done step does most harm. */
const critical = [
  'provider.request',
  'redis.charge',
  'postgres.snapshots',
  'postgres.record',
  'postgres.read',
  'kafka.send',
  'kafka.offsets',
  'kafka.commit',
];

/** From the count of a request to its end. */
const paying = ['redis.charge', 'postgres.ledger', 'redis.verify', 'provider.request', 'redis.settle'] as const;

const minute = 60_000;

/** Draws what goes wrong in a run: up to a dozen faults, in `lengthMs` from the beginning. */
export function drawFaults(seed: string, lengthMs: number): readonly Fault[] {
  const draw = random(`${seed}/faults`);
  // Either Redis's clock or the processes' may step: with both wrong at once nobody can hold a window.
  const stepping = draw.chance(0.5) ? (['redis', 'postgres'] as const) : (['poller', 'publisher'] as const);
  const count = draw.int(0, 12);
  const faults = Array.from({ length: count }, () => drawFault(draw, lengthMs, stepping));
  // Two listings that lack what is there are a proof, as far as anybody can know.
  const blank = faults.find(isBlank);
  return faults.filter((one) => !isBlank(one) || one === blank).toSorted((a, b) => a.at - b.at);
}

/** An answer that lacks what there is. */
function isBlank(fault: Fault): boolean {
  return fault.kind === 'provider' && blanks.has(fault.what);
}

function drawFault(draw: Random, lengthMs: number, stepping: readonly ('postgres' | 'redis' | App)[]): Fault {
  const at = draw.int(0, lengthMs);
  const operation = draw.chance(0.5) ? draw.pick(critical) : draw.pick(all);
  const dice = draw.int(1, 100);
  if (dice <= 28)
    return {
      kind: 'crash',
      at,
      operation,
      when: draw.pick(['before', 'after']),
      downMs: draw.pick([1000, 30_000, 5 * minute]),
    };
  if (dice <= 38) return { kind: 'lost', at, operation };
  if (dice <= 50) return { kind: 'freeze', at, operation, ms: draw.pick([5000, 90_000, 30 * minute]) };
  if (dice <= 61) return { kind: 'duplicate', at };
  if (dice <= 69)
    return {
      kind: 'outage',
      at,
      service: draw.pick(['postgres', 'redis', 'kafka', 'provider']),
      ms: draw.pick([2000, minute, 30 * minute]),
    };
  if (dice <= 73) return { kind: 'flush', at };
  if (dice <= 78) return { kind: 'evict', at, operation: draw.pick(paying) };
  if (dice <= 83)
    return {
      kind: 'step',
      at,
      clock: draw.pick(stepping),
      byMs: draw.pick([-10 * minute, -minute, -2000, 2000, minute, 10 * minute]),
    };
  if (dice <= 89)
    return { kind: 'refuse', at, what: draw.pick(['row', 'topic']), ms: draw.pick([2000, 10 * minute, 60 * minute]) };
  const what = draw.pick(providerFaults);
  return { kind: 'provider', at, what, times: blanks.has(what) ? 1 : draw.int(1, 4) };
}

/** For people. */
export function describeFault(fault: Fault): string {
  const { kind, at, ...rest } = fault;
  const details = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  return [`${kind} after ${Math.round(at / 1000)} s`, ...details].join(', ');
}
