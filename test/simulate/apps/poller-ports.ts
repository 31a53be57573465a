import { setTimeout as sleep } from 'node:timers/promises';
import { BridgeError, type Changes, type QuotaLedger, type Tenant, type Tick } from '#core';
import type { AppLogger } from '#platform';
import type { LeasedTarget, Recorded } from '#store';
import type { PollPorts } from '../../../apps/poller/src/poll.ts';
import type { PollHandlerPorts } from '../../../apps/poller/src/poll-handler.ts';
import type { Dispatch, PolarResponse } from '../../../libs/polar/src/request.ts';
import type { BudgetState } from '../../../libs/queue/src/budget/state.ts';
import type { Random } from '../../simulator/random.ts';
import type { QueueWire, Taken } from '../fakes/poll-queue.ts';
import type { MemoryPollStore } from '../fakes/poll-store.ts';
import type { Network } from '../network.ts';
import type { Services } from '../services.ts';
import type { Process } from '../time/process.ts';
import type { Scheduler } from '../time/scheduler.ts';

export interface PollerScene {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly services: Services;
  readonly tenant: Tenant;
  readonly random: Random;
  readonly log: AppLogger;
}

/** The ports of a poller that a planted bug may replace. */
export interface PollerPorts {
  readonly snapshots: PollPorts<Recorded>['snapshots'];
  readonly record: PollPorts<Recorded>['record'];
  readonly targets: PollHandlerPorts['targets'];
  readonly dispatch: Dispatch;
  readonly state: BudgetState;
  readonly ledger: QuotaLedger;
}

export type PlantInPoller = (
  ports: PollerPorts,
  scene: PollerScene & { readonly process: Process },
) => Partial<PollerPorts>;

export const leaseSeconds = 60;

/** Every port of a poller, at the other end of the network. */
export function portsOf(process: Process, { scheduler, network, services }: PollerScene): PollerPorts {
  const { store, budget, ledger } = services;
  /** @param name as the script is called @param operation as faults name it */
  const script = <Name extends keyof BudgetState>(name: Name, operation: string = name): BudgetState[Name] => {
    const call = (...args: readonly unknown[]): Promise<unknown> => {
      // Read when the call is sent.
      const caller = scheduler.now + process.skewMs;
      const run = budget.seenBy(() => caller)[name] as (...args: readonly unknown[]) => unknown;
      return network.call(process, { operation: `redis.${operation}`, effect: () => run(...args) });
    };
    return call as BudgetState[Name];
  };
  return {
    snapshots: {
      of: (tick, fetched) =>
        network.call(process, { operation: 'postgres.snapshots', effect: () => store.known(tick, fetched) }),
    },
    record: (tick, changes) =>
      network.call(process, {
        operation: 'postgres.record',
        effect: () => store.record(tick, changes),
        matters: ({ events }) => events > 0,
        about: ({ goesOn }) => `${about(tick)}: ${eventsIn(changes) || 'nothing new'}${goesOn ? ', goes on' : ''}`,
      }),
    dispatch: providerWire(process, { scheduler, network, services }),
    state: {
      charge: script('charge'),
      settle: script('settle'),
      verify: script('verify'),
      pause: script('pause'),
      usage: script('usage'),
      begin: script('begin', 'rebuild'),
      commit: script('commit', 'rebuilt'),
    },
    ledger: {
      add: (...args) => network.call(process, { operation: 'postgres.ledger', effect: () => ledger.add(...args) }),
      since: (...args) => network.call(process, { operation: 'postgres.minutes', effect: () => ledger.since(...args) }),
    },
    targets: targetWires(process, network, store),
  };
}

function targetWires(process: Process, network: Network, store: MemoryPollStore): PollHandlerPorts['targets'] {
  const postgres = <Result>(operation: string, effect: () => Result, line = ''): Promise<Result> =>
    network.call(process, { operation: `postgres.${operation}`, effect, about: () => line });
  const nobody = (): Promise<never> => Promise.reject(new Error('nobody takes a consent or a scope back here'));
  return {
    begin: (target) => postgres('begin', () => store.begin(target, leaseSeconds), nameOf(target)),
    carrier: () => Promise.resolve(undefined),
    hold: (target, until) => postgres('held', () => store.hold(target, leaseSeconds, until)),
    giveBack: (target, until) => postgres('back', () => store.giveBack(target, until), nameOf(target)),
    renew: (target) => postgres('renew', () => store.hold(target, leaseSeconds)),
    fail: (tick, error) => postgres('fail', () => store.fail(tick, error), `${about(tick)}: ${error.code}`),
    noteRequests: () => Promise.resolve(),
    suspend: nobody,
    suspendConnection: nobody,
  };
}

/** What `createDispatch` is: an answer, or an error that says whether it was refused or never came. */
function providerWire(
  process: Process,
  { scheduler, network, services }: Pick<PollerScene, 'scheduler' | 'network' | 'services'>,
): Dispatch {
  return async ({ url, connection }) => {
    try {
      const { response, ms } = await network.call(process, {
        operation: 'provider.request',
        effect: () => services.provider.answer(url, connection, scheduler.now),
        about: ({ response }) => `${requestIn(url)} of ${connection}: ${answerIn(response)}`,
        longestMs: 400,
      });
      await sleep(ms);
      if (response instanceof BridgeError) throw response;
      return response;
    } catch (error) {
      if (error instanceof BridgeError) throw error;
      throw new BridgeError('PROVIDER_UNAVAILABLE', 'it could not be reached', { cause: error });
    }
  };
}

/** The queue, as BullMQ's worker reaches it. */
export function queueWire(process: Process, { network, services, scheduler }: PollerScene): QueueWire {
  const redis = (operation: string, effect: () => void): Promise<void> =>
    network.call(process, { operation: `redis.${operation}`, effect, waits: true });
  return {
    take: () =>
      new Promise<Taken>((resolve) => {
        const ask = (): void => {
          redis('take', () =>
            services.queue.take((job) => {
              if (process.isDead) return false;
              scheduler.after(1, process, () => resolve(job));
              return true;
            }),
          ).catch(() => setTimeout(ask, 1000));
        };
        ask();
      }),
    renew: (job) => redis('renew', () => services.queue.renew(job)),
    done: (job) => redis('done', () => services.queue.done(job)),
    // BullMQ goes by the workers' clocks there, which are as wrong as ours.
    putOff: (job, at, made) => redis('put-off', () => services.queue.putOff(job, at - process.skewMs, made)),
  };
}

export const nameOf = ({ connection, resource }: LeasedTarget): string => `${resource} of ${connection}`;
const about = ({ connection, resource }: Tick): string => `${resource.name} of ${connection.id}`;

function eventsIn({ events }: Changes): string {
  return events.map(({ type, identity, revision }) => `${type} ${identity.join('/')} r${revision}`).join(', ');
}

function requestIn(url: URL): string {
  const [from, to] = ['from', 'to'].map((name) => url.searchParams.get(name)?.slice(0, 10));
  return from === undefined ? url.pathname : `${url.pathname} ${from}..${to}`;
}

function answerIn(response: PolarResponse | BridgeError): string {
  return response instanceof BridgeError ? response.code : `${response.status}, ${response.body.length} characters`;
}
