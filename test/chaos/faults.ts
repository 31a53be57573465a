import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { ServiceName } from '../../deploy/local/services/index.ts';
import type { Random } from '../simulator/random.ts';
import { freezeTree, signal } from './process-tree.ts';
import { calm, tenant, type Line, type World } from './world.ts';

/** Something that goes wrong around the apps. It ends before `run` returns. */
export interface Fault {
  /** As the report names it. */
  readonly kind: string;
  /** How often it is drawn, beside the others. */
  readonly weight: number;
  readonly run: (world: World, random: Random) => Promise<void>;
}

const services: readonly ServiceName[] = ['postgres', 'redis', 'kafka'];
const lines: readonly Line[] = ['postgres', 'redis', 'kafka', 'provider'];

const seconds = (random: Random, from: number, to: number): Promise<void> => sleep(random.int(from * 1000, to * 1000));

/** A broker comes back slowly, so it goes seldom. */
const weightOf = (service: ServiceName): number => (service === 'kafka' ? 1 : 2);

const ofServices: readonly Fault[] = services.flatMap(
  (service) =>
    [
      {
        kind: `${service} killed and started again`,
        weight: weightOf(service),
        run: async ({ services }) => services.restart(service, 'SIGKILL'),
      },
      {
        kind: `${service} stopped and started again`,
        weight: weightOf(service),
        run: async ({ services }) => services.restart(service, 'SIGTERM'),
      },
      {
        kind: `${service} gone for seconds`,
        weight: weightOf(service),
        run: async ({ services }, random) => {
          signal(services.pidOf(service), 'SIGKILL');
          await seconds(random, 1, 4);
          await services.restart(service, 'SIGKILL');
        },
      },
      {
        kind: `${service} frozen`,
        weight: 2,
        run: async ({ services }, random) => {
          const thaw = await freezeTree(services.pidOf(service));
          await seconds(random, 1, 8);
          thaw();
        },
      },
    ] satisfies readonly Fault[],
);

const flush: Fault = {
  kind: 'redis flushed',
  weight: 4,
  run: async ({ services }) => {
    const redis = new Redis(services.redisUrl);
    await redis.flushall();
    redis.disconnect();
  },
};

const ofLines: readonly Fault[] = lines.flatMap(
  (line) =>
    [
      {
        kind: `line to ${line} slow`,
        weight: 1,
        run: async ({ lines }, random) => {
          lines[line].delay(random.int(50, 400));
          await seconds(random, 2, 5);
          lines[line].resume();
        },
      },
      { kind: `line to ${line} cut`, weight: 2, run: async ({ lines }) => lines[line].cut() },
      {
        kind: `line to ${line} silent`,
        weight: 2,
        run: async ({ lines }, random) => {
          lines[line].stall();
          await seconds(random, 1, 8);
          lines[line].resume();
        },
      },
      { kind: `line to ${line} half open`, weight: 1, run: async ({ lines }) => lines[line].forsake() },
    ] satisfies readonly Fault[],
);

const noRoom: Fault = {
  kind: 'broker without room',
  weight: 2,
  run: async ({ brokerLimits }, random) => {
    await brokerLimits.setRoom(1);
    await seconds(random, 2, 6);
    await brokerLimits.setRoom(undefined);
  },
};

/** Whatever is published meanwhile is parked, and released by an operator's wish when the limit is gone. */
const refusing: Fault = {
  kind: 'broker refuses messages',
  weight: 4,
  run: async ({ brokerLimits, fleet, stack }, random) => {
    await brokerLimits.setLargest(300);
    await seconds(random, 3, 6);
    await brokerLimits.setLargest(undefined);
    const { url } = random.pick(fleet.of('publisher'));
    // Who was killed just now does not answer; then the end of the round does it.
    await stack.admin(url, `/v1/tenants/${tenant}/parked/retry`, { method: 'POST' }).catch(() => undefined);
    await seconds(random, 2, 4);
  },
};

const stepMs = 20_000;

const clockSteps: readonly Fault[] = [1, -1].map((direction) => ({
  kind: `clock ${direction > 0 ? 'ahead' : 'behind'}`,
  weight: 2,
  run: async ({ control, fleet }, random) => {
    const { name } = random.pick(fleet.members);
    control.tell(name, { order: 'clock', aheadMs: direction * random.int(500, stepMs) });
    await seconds(random, 2, 5);
    control.tell(name, { order: 'clock', aheadMs: 0 });
  },
}));

const switches: readonly (readonly [kind: string, patch: Readonly<Record<string, unknown>>])[] = [
  ['provider answers 500', { '5xx_rate': 0.5 }],
  ['provider cuts bodies', { truncate_rate: 0.4 }],
  ['provider answers HTML', { html_rate: 0.4 }],
  ['provider does not answer', { timeout_rate: 0.2 }],
  ['provider slow', { latency: [200, 2000] }],
  ['token endpoint answers 500', { token_5xx_rate: 0.5 }],
  ['token endpoint loses answers', { token_lost_rate: 0.5 }],
  ['token endpoint slow', { token_latency: [200, 3000] }],
];

const ofProvider: readonly Fault[] = switches.map(([kind, patch]) => ({
  kind,
  weight: 1,
  run: async ({ simulator }, random) => {
    await simulator.control('PATCH', '/switches', patch);
    await seconds(random, 2, 6);
    await simulator.control('PATCH', '/switches', calm);
  },
}));

export const faults: readonly Fault[] = [
  ...ofServices,
  flush,
  ...ofLines,
  noRoom,
  refusing,
  ...clockSteps,
  ...ofProvider,
];

export function faultNamed(kind: string): Fault {
  const found = faults.find((fault) => fault.kind === kind);
  if (found === undefined) throw new Error(`no fault is called "${kind}"`);
  return found;
}

/** @param words one of which is in the fault's kind; none: whichever */
export function drawFault(random: Random, words: readonly string[] = []): Fault {
  const fitting = faults.filter(({ kind }) => words.length === 0 || words.some((word) => kind.includes(word)));
  return random.pick(fitting.flatMap((fault) => Array.from({ length: fault.weight }, () => fault)));
}
