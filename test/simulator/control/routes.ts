import { json, type Answer } from '../answer.ts';
import { patchSwitches } from '../switch-patch.ts';
import { RESOURCES } from '../world/resources.ts';
import type { AthleteSighting, StepRequest } from '../world/world.ts';
import type { Simulator } from '../simulator.ts';

/** What a test harness says to the world: JSON in, JSON out, without authentication, on the loopback interface. */
export function control(simulator: Simulator, route: string, query: URLSearchParams, body: unknown): Answer {
  const handler = ROUTES[route];
  if (handler === undefined) return json(404, { error: `no ${route}`, routes: Object.keys(ROUTES) });
  try {
    return json(200, handler(simulator, query, body));
  } catch (error) {
    return json(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

type Handler = (simulator: Simulator, query: URLSearchParams, body: unknown) => unknown;

const ROUTES: Readonly<Record<string, Handler>> = {
  'GET /control/ledger': ({ ledger }, query) => {
    const since = Number(query.get('since') ?? 0);
    if (query.get('genesis') === 'off') return { entries: ledger.live(since), last: ledger.length };
    const entries = ledger.entries(since, Number(query.get('limit') ?? Number.MAX_SAFE_INTEGER));
    return { entries, last: ledger.length };
  },
  'GET /control/requests': ({ requests }) => ({ clients: requests() }),
  'POST /control/reset-requests': (simulator) => {
    simulator.resetRequests();
    return { clients: simulator.requests() };
  },
  'GET /control/switches': ({ switches }) => switches,
  'PATCH /control/switches': ({ switches }, _query, body) => patchSwitches(switches, body),
  'POST /control/pace': (simulator, _query, body) => {
    simulator.pace = amount(field(body, 'pace'), 'pace');
    return { pace: simulator.pace };
  },
  'POST /control/step': ({ world }, _query, body) => ({ entries: world.step(stepRequest(body)) }),
  'POST /control/observed': ({ world }, _query, body) => world.observe(sightings(body)),
  'GET /control/athletes': (simulator) => ({ athletes: simulator.athletes() }),
  'GET /control/refresh-tokens': (simulator) => ({ tokens: simulator.refreshTokens() }),
  'POST /control/athletes': (simulator, _query, body) => {
    const client = String(field(body, 'client'));
    if (!simulator.clients.some((known) => known.id === client)) throw new Error(`no client is called ${client}`);
    const names = new Set(
      simulator.world.add(client, amount(field(body, 'count'), 'count')).map((one) => one.profile.name),
    );
    return { athletes: simulator.athletes().filter((one) => names.has(one.name)) };
  },
  'POST /control/consent': ({ world }, _query, body) => {
    const name = String(field(body, 'athlete'));
    const athlete = world.find(name);
    if (athlete === undefined) throw new Error(`no athlete is called ${name}`);
    athlete.revoked = field(body, 'revoked') === true;
    return { athlete: name, revoked: athlete.revoked };
  },
};

function field(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}

function amount(value: unknown, name: string): number {
  if (typeof value !== 'number' || !(value >= 0)) throw new Error(`${name} is a number from 0`);
  return value;
}

function stepRequest(body: unknown): StepRequest {
  const [athlete, fact, count] = ['athlete', 'fact', 'count'].map((name) => field(body, name));
  return {
    ...(typeof athlete === 'string' && { athlete }),
    ...(typeof fact === 'string' && { fact }),
    ...(typeof count === 'number' && { count }),
  };
}

function sightings(body: unknown): readonly AthleteSighting[] {
  if (!Array.isArray(body)) throw new Error('sightings come as a list');
  for (const one of body as readonly AthleteSighting[]) {
    if (!RESOURCES.includes(one.resource) || !Array.isArray(one.identity)) {
      throw new Error(`a sighting has athlete, resource, identity, and version or revision: ${JSON.stringify(one)}`);
    }
  }
  return body as readonly AthleteSighting[];
}
