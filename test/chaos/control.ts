import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Order, PointAction, Report } from './points/names.ts';

/** A process has come to an armed point. */
export interface Reached {
  readonly name: string;
  readonly pid: number;
  readonly point: string;
  readonly action: PointAction;
}

const preload = pathToFileURL(join(import.meta.dirname, 'points/preload.ts'));

/** The suite's end of what is preloaded into the processes. */
export class Control {
  /** Told of every armed point that a process has come to, before it dies, stands still or goes on. */
  onReached: (reached: Reached) => void = () => undefined;
  readonly #path: string;
  readonly #server: Server;
  readonly #processes = new Map<string, Socket>();

  private constructor(path: string, server: Server) {
    this.#path = path;
    this.#server = server;
    server.on('connection', (socket) => this.#listenTo(socket));
  }

  /** @param folder where its socket is made */
  static async open(folder: string): Promise<Control> {
    const path = join(folder, 'chaos.sock');
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(path, resolve);
    });
    return new Control(path, server);
  }

  /** Node's flags for a process. @param routes the ports of services and those of their proxies */
  flagsOf(name: string, routes: ReadonlyMap<number, number>): readonly string[] {
    const url = new URL(preload);
    url.searchParams.set('socket', this.#path);
    url.searchParams.set('name', name);
    url.searchParams.set('reroute', [...routes].map(([from, to]) => `${from}-${to}`).join(','));
    return ['--import', url.href];
  }

  /** Says something to a process; one that is gone hears nothing. */
  tell(name: string, order: Order): void {
    this.#processes.get(name)?.write(`${JSON.stringify(order)}\n`);
  }

  tellAll(order: Order): void {
    for (const name of this.#processes.keys()) this.tell(name, order);
  }

  close(): void {
    for (const socket of this.#processes.values()) socket.destroy();
    this.#server.close();
  }

  #listenTo(socket: Socket): void {
    let process = { name: '', pid: 0 };
    const lines = createInterface({ input: socket });
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      const report = JSON.parse(line) as Report;
      if (report.report === 'reached') return this.onReached({ ...process, ...report });
      process = report;
      this.#processes.set(report.name, socket);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#processes.get(process.name) === socket) this.#processes.delete(process.name);
    });
  }
}
