/**
 * A simulator of the AccessLink v4 API, for tests, the quickstart and benchmarks. It shares no code with the product:
 * it serves what the AccessLink v4 documentation says and what was observed live, keeps its own ledger of every change
 * and counts every request by itself.
 */
import type { AddressInfo } from 'node:net';
import { Grants } from './oauth/grants.ts';
import { DEMO_CLIENT, DOCUMENTED_QUOTA, type SimulatorOptions } from './options.ts';
import { RequestLog } from './quota/request-log.ts';
import { API_PREFIX, serve } from './server.ts';
import type { Simulator } from './simulator.ts';
import { patchSwitches } from './switch-patch.ts';
import { DEFAULT_SWITCHES } from './switches.ts';
import { Pacer } from './world/pacer.ts';
import { World } from './world/world.ts';

export type { Quota, ClientOptions, SimulatorOptions } from './options.ts';
export type { RefreshTokenReport } from './oauth/grants.ts';
export type { RequestReport, WindowReport } from './quota/request-log.ts';
export type { AthleteReport, Simulator } from './simulator.ts';
export { DEFAULT_SWITCHES, DOCUMENTED, type PoisonDay, type Switches } from './switches.ts';
export { SCOPES } from './oauth/scopes.ts';
export { ALL_RESOURCES_MIX } from './world/facts.ts';
export type { ChangeKind, LedgerEntry } from './world/ledger.ts';
export type { Resource } from './world/resources.ts';

export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const now = options.now ?? Date.now;
  const seed = options.seed ?? 'accesslink';
  const clients = options.clients ?? [DEMO_CLIENT];
  const switches = patchSwitches({ ...DEFAULT_SWITCHES }, options.switches ?? {});
  const world = new World({ seed, days: options.days ?? 28, lateNights: options.lateNights ?? 7, switches, now });
  for (const client of clients) world.add(client.id, client.athletes ?? options.athletes ?? 3);
  const quota = options.quota ?? DOCUMENTED_QUOTA;
  const logs = new Map(clients.map(({ id, quota: own }) => [id, new RequestLog(id, own ?? quota)]));
  const pacer = new Pacer(world, options.pace ?? 0);

  const grants = new Grants(switches, now);
  const scene = {
    world,
    switches,
    logs,
    now,
    grants,
    clients: new Map(clients.map((client) => [client.id, client])),
    simulator: () => simulator,
  };
  const server = serve(scene);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  pacer.start();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const simulator: Simulator = {
    url,
    authUrl: `${url}/oauth`,
    apiUrl: `${url}${API_PREFIX}`,
    seed,
    clients,
    world,
    ledger: world.ledger,
    switches,
    get pace() {
      return pacer.pace;
    },
    set pace(pace: number) {
      pacer.pace = pace;
    },
    requests: () => [...logs.values()].map((log) => log.report()),
    resetRequests: () => [...logs.values()].forEach((log) => log.reset()),
    athletes: () => world.athletes.map((athlete) => report(world, athlete)),
    refreshTokens: () => grants.refreshTokens(),
    close: async () => {
      pacer.stop();
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      // Requests that are never answered would hold it open for ever.
      server.closeAllConnections();
      await closed;
    },
  };
  return simulator;
}

function report(world: World, athlete: World['athletes'][number]) {
  const { connected, revoked } = athlete;
  const written = world.isWritten(athlete);
  const { name, client, polarUserId, utcOffsetMinutes, deviceId, deviceUuid } = world.profileOf(athlete);
  return { name, client, polarUserId, utcOffsetMinutes, deviceId, deviceUuid, connected, revoked, written };
}
