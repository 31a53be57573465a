import type { Budget } from '#core';
import { Breakers, createPolarClient } from '#polar';
import { PaceKeeper } from '../../../apps/poller/src/pace-keeper.ts';
import { poll } from '../../../apps/poller/src/poll.ts';
import { PollHandler } from '../../../apps/poller/src/poll-handler.ts';
import { budgetOn, stopwatch } from '../../../libs/queue/src/budget/budget.ts';
import { toWindows } from '../../../libs/queue/src/budget/windows.ts';
import { workForEver } from '../fakes/poll-queue.ts';
import { resources } from '../resources.ts';
import { holdMs } from '../services.ts';
import type { Process } from '../time/process.ts';
import { startPlanner } from './planner.ts';
import { leaseSeconds, portsOf, queueWire, type PlantInPoller, type PollerScene } from './poller-ports.ts';

const concurrency = 3;
const paceMs = 3 * 3_600_000;
const byName = new Map(resources.map((resource) => [resource.name, resource]));

/** Starts a poller: wired as in its module, with every port at the other end of the network. */
export function startPoller(process: Process, scene: PollerScene, plant: PlantInPoller = () => ({})): void {
  const { scheduler, services, tenant, log } = scene;
  const now = (): number => scheduler.now + process.skewMs;
  const random = (): number => scene.random.next();
  const tenants = { get: () => tenant, all: () => [tenant] };
  const given = portsOf(process, scene);
  const { dispatch, state, ledger, snapshots, record, targets } = {
    ...given,
    ...plant(given, { ...scene, process }),
  };

  const budget: Budget = budgetOn({
    state,
    ledger,
    hold: holdMs,
    windowsOf: () => toWindows(tenant.quota),
    stopwatch: () => stopwatch(now),
  });
  const keeper = new PaceKeeper(
    { ...services.pacing(), tenants: tenants.all, resources: byName, wanted: () => resources, now },
    log,
  );
  const polar = createPolarClient({
    dispatch,
    tokens: { accessToken: (connection) => Promise.resolve(connection), refused: () => undefined },
    budget,
    breakers: new Breakers({ now, random }),
    tenants,
    now,
    onPaid: (id, purpose) => keeper.noteRequest(id, purpose),
  });
  const handler = new PollHandler({
    leaseMs: leaseSeconds * 1000,
    mostOfConnection: concurrency,
    tenants,
    resources: byName,
    cadences: keeper,
    targets,
    poll: (tick) => poll(tick, { polar, snapshots, record }),
    spent: (tick) => polar.spent(tick),
    reject: () => Promise.reject(new Error('nobody takes a consent back here')),
    random,
    now,
    begin: () => ({
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      end: () => undefined,
    }),
    facts: () => ({ bytes: 0, items: 0, fetchMs: 0, diffMs: 0, recordMs: 0 }),
    log,
    outcome: () => undefined,
  });

  const wire = queueWire(process, scene);
  for (let worker = 0; worker < concurrency; worker += 1) void workForEver(wire, handler, now);
  startPlanner(process, scene, { tenants, budget, capacity: concurrency * 4 });
  const pace = (): void => {
    keeper.tick();
    setTimeout(pace, paceMs);
  };
  setTimeout(pace, 1000);
}
