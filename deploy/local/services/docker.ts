import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { GenericContainer } from 'testcontainers';
import { reason } from './reason.ts';
import type { Provided, ServiceDefinition } from './types.ts';
import { untilReady } from './process.ts';

const PING_TIMEOUT_MS = 2_000;
/** covers a first pull of the image */
const START_TIMEOUT_MS = 180_000;

/**
 * Whether a Docker engine answers: a short ping at each usual place, since testcontainers itself is slow to load and to give up.
 * @throws naming every place and why it is not one
 */
export async function findDockerEngine(env: NodeJS.ProcessEnv): Promise<void> {
  const failures: string[] = [];
  for (const place of places(env)) {
    try {
      await ping(place);
      return;
    } catch (error) {
      failures.push(`${place}: ${reason(error)}`);
    }
  }
  throw new Error(`no Docker engine answers (${failures.join('; ')})`);
}

/** the places where testcontainers looks, too */
function places(env: NodeJS.ProcessEnv): string[] {
  const host = env['DOCKER_HOST'];
  if (host !== undefined && host !== '') return [host];
  return [
    'unix:///var/run/docker.sock',
    ...(env['XDG_RUNTIME_DIR'] === undefined ? [] : [`unix://${join(env['XDG_RUNTIME_DIR'], 'docker.sock')}`]),
    `unix://${join(homedir(), '.docker/run/docker.sock')}`,
  ];
}

function ping(place: string): Promise<void> {
  const url = new URL(place);
  const target =
    url.protocol === 'unix:'
      ? { socketPath: url.pathname }
      : { host: url.hostname, port: Number(url.port === '' ? 2375 : url.port) };
  return new Promise((resolve, reject) => {
    const ask = request({ ...target, path: '/_ping', timeout: PING_TIMEOUT_MS }, (response) => {
      response.resume();
      // an engine behind TLS answers plain HTTP with 400: it is there, and testcontainers has the certificates
      if (response.statusCode === 200 || response.statusCode === 400) resolve();
      else reject(new Error(`answered ${response.statusCode}`));
    });
    ask.once('timeout', () => ask.destroy(new Error(`no answer within ${PING_TIMEOUT_MS} ms`)));
    ask.once('error', reject);
    ask.end();
  });
}

export interface ContainerPlan {
  readonly image: string;
  /** the container, complete but for its start-up time-out */
  readonly container: (docker: typeof import('testcontainers')) => Promise<GenericContainer> | GenericContainer;
  readonly port: number;
  readonly address: (host: string, port: number) => string;
}

/** @throws when the image cannot be had, or the container does not answer in time */
export async function startContainer(service: ServiceDefinition, plan: ContainerPlan): Promise<Provided> {
  const docker = await import('testcontainers');
  const container = await plan.container(docker);
  const started = await container.withStartupTimeout(START_TIMEOUT_MS).start();
  try {
    const address = plan.address(started.getHost(), started.getMappedPort(plan.port));
    await untilReady(plan.image, () => service.check(address, {}));
    return { address, origin: `Docker ${plan.image}`, stop: async () => void (await started.stop()) };
  } catch (error) {
    await started.stop();
    throw error;
  }
}
