import type { AddressInfo } from 'node:net';
import type { Type, DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { AppLogger, type LogLevel, NestLog } from './logger.ts';

export interface BootOptions {
  /** The process' name: in the log, in the API's title. */
  readonly name: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly logLevel: LogLevel;
  /** The address to listen on; all of them by default, as containers need it. */
  readonly host?: string;
  /** Names of the bearer tokens that routes ask for, for the API's description. */
  readonly tokens?: readonly string[];
  readonly version?: string;
}

/** The HTTP server as every app has it, not yet listening: tests use it too. */
export async function createApp(
  module: Type | DynamicModule,
  options: Omit<BootOptions, 'port' | 'host'>,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ bodyLimit: 64 * 1024, trustProxy: false });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLog(AppLogger.create(options)),
    abortOnError: false,
  });
  app.enableShutdownHooks();
  describe(app, options);
  return app;
}

/** Starts the app and listens until a signal stops it. Call it inside `runMain`. */
export async function boot(module: Type | DynamicModule, options: BootOptions): Promise<NestFastifyApplication> {
  const app = await createApp(module, options);
  await app.listen(options.port, options.host ?? '0.0.0.0');
  const { address, port } = app.getHttpServer().address() as AddressInfo;
  app.get(AppLogger).info('listening', { address, port });
  return app;
}

function describe(app: NestFastifyApplication, { name, version, tokens = [] }: Omit<BootOptions, 'port'>): void {
  const about = new DocumentBuilder().setTitle(name).setVersion(version ?? '1');
  for (const token of tokens) about.addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'opaque' }, token);
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, about.build()), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
  });
}
