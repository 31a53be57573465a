import { reason } from './reason.ts';
import { untilReady } from './process.ts';
import type { Context, Provided, ServiceDefinition, Way } from './types.ts';

const ENVIRONMENT_TIMEOUT_MS = 30_000;

/**
 * Gets one service by the first way that works. An address in the environment is an order: when nothing answers there
 * within `patienceMs`, no other way is tried.
 * @throws an error that names the service, what was tried with the reason each time, and what to do
 */
export async function provide(
  service: ServiceDefinition,
  context: Context,
  ways: readonly Way[],
  patienceMs = ENVIRONMENT_TIMEOUT_MS,
): Promise<Provided> {
  const started = performance.now();
  const failures: string[] = [];
  for (const way of ways) {
    try {
      const provided = await attempt[way](service, context, patienceMs);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      context.progress(service.name, `${provided.origin} ready on ${hosts(provided.address)} in ${seconds} s`);
      return provided;
    } catch (error) {
      failures.push(`${title(service, way)}: ${reason(error)}`);
      if (way === 'environment' && context.env[service.variable]) break;
    }
  }
  throw new Error(unavailable(service, failures, ways));
}

type Attempt = (service: ServiceDefinition, context: Context, patienceMs: number) => Promise<Provided>;

const attempt: Readonly<Record<Way, Attempt>> = {
  environment: async (service, { env }, patienceMs) => {
    const address = env[service.variable];
    if (!address) throw new Error('not set');
    await untilReady(hosts(address), () => service.check(address, env), undefined, patienceMs);
    return { address, origin: `from ${service.variable}`, stop: async () => undefined };
  },
  docker: async (service, context) => {
    await context.dockerEngine();
    context.progress(service.name, 'starting a Docker container');
    return service.docker(context);
  },
  local: async (service, context) => {
    if (process.platform === 'win32') throw new Error('not possible on Windows');
    return service.local(context);
  },
};

function title(service: ServiceDefinition, way: Way): string {
  return { environment: service.variable, docker: 'Docker', local: 'local process' }[way];
}

function unavailable(service: ServiceDefinition, failures: readonly string[], ways: readonly Way[]): string {
  const untried = ways.slice(failures.length).map((way) => title(service, way));
  const advice = {
    environment: `set ${service.variable} to one that runs`,
    docker: 'start Docker',
    local: service.localNeeds,
  };
  return [
    `${service.name} is not available. Tried:`,
    ...failures.map((failure, index) => `  ${index + 1}. ${failure.replaceAll('\n', '\n     ')}`),
    untried.length === 0
      ? `To go on: ${ways.map((way) => advice[way]).join('; or ')}.`
      : `To go on: start what ${service.variable} points to; or unset it, for then comes: ${untried.join(', ')}.`,
  ].join('\n');
}

/** Where an address points, without its user and password. */
export function hosts(address: string): string {
  return URL.parse(address)?.host || address.replace(/^.*@/, '');
}
