import type { AddressInfo } from 'node:net';
import type { DynamicModule, NestApplicationOptions, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { type DescribeOptions, describe } from './description.ts';
import { type HardenOptions, harden } from './harden.ts';
import { Health } from './health.ts';
import { type HttpOptions, createHttpAdapter } from './http-adapter.ts';
import { type InternalPortOptions, partInternal } from './internal-port.ts';
import { AppLogger, type LogLevel, NestLog } from './logger.ts';
import { leaveSignalsToApp } from './run-main.ts';

/** How the HTTP server is, and how its API is described. `name` stands in the log too. */
export interface AppOptions extends DescribeOptions, HardenOptions, HttpOptions {}

export interface BootOptions extends AppOptions, InternalPortOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly logLevel: LogLevel;
  /** How long it listens at least, unready, after the signal that stops it. */
  readonly shutdownDelaySeconds: number;
}

type MakeApp = (
  adapter: FastifyAdapter,
  options: NestApplicationOptions,
) => NestFastifyApplication | Promise<NestFastifyApplication>;

/** The HTTP server as every app has it, not yet listening. `make` lets a test put its own module into the very same one. */
export async function createApp(make: MakeApp, options: AppOptions): Promise<NestFastifyApplication> {
  // Nest's own parsers would take forms too, and keys such as `__proto__`.
  const app = await make(createHttpAdapter(options), { bodyParser: false });
  await harden(app, options);
  describe(app, options);
  return app;
}

/** Starts the app and listens until a signal stops it. Call it inside `runMain`. */
export async function boot(module: Type | DynamicModule, options: BootOptions): Promise<NestFastifyApplication> {
  const logger = new NestLog(AppLogger.create(options));
  const app = await createApp(
    (adapter, more) =>
      NestFactory.create<NestFastifyApplication>(module, adapter, { ...more, logger, abortOnError: false }),
    options,
  );
  const health = app.get(Health);
  health.lingerMs = options.shutdownDelaySeconds * 1000;
  // A request on a connection that is kept alive would meet the closing server: the caller gets time to come anew, elsewhere.
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', async (_request, reply) => {
      if (health.isStopping) reply.header('connection', 'close');
    });
  // The default, the signal once more, does not reach a container's process 1, which then ends when nothing is left to do.
  app.enableShutdownHooks([], { useProcessExit: true });
  leaveSignalsToApp();
  const listenInternally = partInternal(app, options);
  await app.init();
  await listenInternally();
  await app.listen(options.port, options.host ?? '0.0.0.0');
  const { address, port } = app.getHttpServer().address() as AddressInfo;
  app.get(AppLogger).info('listening', { address, port });
  return app;
}
