import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** As often as a kubelet at its busiest. */
const probeMs = 500;

/** One address for the replicas of an app, as a Service is: each connection goes to one that was ready when it was last asked. */
export class Balancer {
  /** Connections that were led to a replica which did not listen any more. */
  refused = 0;
  readonly #server: Server;
  readonly #replicas: () => readonly number[];
  readonly #stopping = new AbortController();
  readonly #probing: Promise<void>;
  #ready: readonly number[] = [];
  #turn = 0;

  private constructor(server: Server, replicas: () => readonly number[]) {
    this.#server = server;
    this.#replicas = replicas;
    this.#probing = this.#probe();
  }

  /** @param port its own @param replicas ports of those that there are now */
  static async open(port: number, replicas: () => readonly number[]): Promise<Balancer> {
    const server = createServer();
    const balancer = new Balancer(server, replicas);
    server.on('connection', (client) => {
      balancer.#turn += 1;
      const target = balancer.#ready[balancer.#turn % balancer.#ready.length];
      if (target === undefined) {
        client.destroy();
        return;
      }
      const replica = connect(target, '127.0.0.1');
      replica.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') balancer.refused += 1;
        client.destroy();
      });
      client.on('error', () => replica.destroy());
      client.pipe(replica).pipe(client);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return balancer;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#probing;
    this.#server.close();
  }

  async #probe(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const asked = this.#replicas().map(async (port) => ((await isReady(port)) ? [port] : []));
      this.#ready = (await Promise.all(asked)).flat();
      await sleep(probeMs);
    }
  }
}

async function isReady(port: number): Promise<boolean> {
  const answer = await readiness(port);
  return answer === 200;
}

/** @returns the status of a replica's readiness, asked on a connection of its own; undefined where nobody listens */
export async function readiness(port: number): Promise<number | undefined> {
  try {
    const { status } = await fetch(`http://127.0.0.1:${port}/health/ready`, { headers: { connection: 'close' } });
    return status;
  } catch {
    return undefined;
  }
}
