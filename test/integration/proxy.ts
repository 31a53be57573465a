import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** Half open: it looks as if it were there, and nothing comes through any more, whatever becomes of the others. */
  isDead: boolean;
}

/** Stands between the processes and a service, and makes a bad line of it. */
export class Proxy {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #delayMs = 0;
  #stall: PromiseWithResolvers<void> | undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** @param target a port of this machine */
  static async open(target: number): Promise<Proxy> {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const proxy = new Proxy(server);
    server.on('connection', (client) => proxy.#lead(client, target));
    return proxy;
  }

  /** Everything that comes from now on is late by so many ms. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Nothing comes through until `resume`; what was sent meanwhile comes then. */
  stall(): void {
    this.#stall ??= Promise.withResolvers();
  }

  resume(): void {
    this.#delayMs = 0;
    this.#stall?.resolve();
    this.#stall = undefined;
  }

  /** Ends all connections. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** The connections that there are now are dead from now on, and their ends do not hear of it. New ones work. */
  forsake(): void {
    for (const pair of this.#pairs) pair.isDead = true;
  }

  close(): void {
    this.resume();
    this.cut();
    this.#server.close();
  }

  #lead(client: Socket, target: number): void {
    const pair = { client, server: connect(target, '127.0.0.1'), isDead: false };
    this.#pairs.add(pair);
    this.#forward(pair, client, pair.server);
    this.#forward(pair, pair.server, client);
  }

  #forward(pair: Pair, from: Socket, to: Socket): void {
    let before = Promise.resolve();
    const pass = (act: () => void): void => {
      const due = performance.now() + this.#delayMs;
      before = before.then(async () => {
        const left = due - performance.now();
        if (left > 0) await sleep(left);
        await this.#stall?.promise;
        if (!pair.isDead) act();
      });
    };
    from.setNoDelay(true);
    from.on('error', () => undefined);
    from.on('data', (chunk) => pass(() => to.write(chunk)));
    from.on('end', () => pass(() => to.end()));
    from.on('close', (wasBroken) => {
      this.#pairs.delete(pair);
      if (pair.isDead) to.destroy();
      else pass(() => (wasBroken ? to.resetAndDestroy() : to.end()));
    });
  }
}
