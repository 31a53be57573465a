import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { httpServerOptions, refuseBytes } from './http-adapter.ts';
import { AppLogger } from './logger.ts';
import { Problem } from './problem.ts';

export interface InternalPortOptions {
  /** Where `/internal` is answered, and nothing else but the routes of health; on the app's own port it is not there then. 0 takes any free port. */
  readonly internalPort?: number;
  /** The address to listen on; all of them by default, as containers need it. */
  readonly host?: string;
}

/**
 * Gives what programs of ours ask a port of its own, so that a network policy can part it from what everybody asks.
 * Before `app.init()`.
 * @returns begins to listen; it closes with the app
 */
export function partInternal(
  app: NestFastifyApplication,
  { internalPort, host }: InternalPortOptions,
): () => Promise<void> {
  if (internalPort === undefined) return () => Promise.resolve();
  const fastify = app.getHttpAdapter().getInstance();
  const server = createServer(httpServerOptions(), (request, response) => fastify.routing(request, response));
  server.on('clientError', refuseBytes);
  fastify.addHook('onRequest', async (request) => refuseElsewhere(request, portOf(server)));
  fastify.addHook('preClose', async () => {
    server.close();
    server.closeIdleConnections();
  });
  return async () => {
    await listening(server, internalPort, host);
    app.get(AppLogger).info('listening for programs', { port: portOf(server) });
  };
}

/** @throws Problem 404 for a route that is answered on the other port */
function refuseElsewhere({ socket, routeOptions }: FastifyRequest, internalPort: number): void {
  const route = routeOptions.url ?? '';
  if (route.startsWith('/health/')) return;
  const isInternal = route.startsWith('/internal/');
  if (isInternal === (socket.localPort === internalPort)) return;
  throw new Problem(404, 'There is no such route.', { code: 'ROUTE_NOT_FOUND' });
}

const portOf = (server: Server): number => (server.address() as AddressInfo | null)?.port ?? -1;

function listening(server: Server, port: number, host: string | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host ?? '0.0.0.0', resolve);
  return promise;
}
