import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { Clock, Ids } from './clock.ts';
import { Health, HealthController } from './health.ts';
import { LocalHits } from './hit-counter.ts';
import { AppLogger, type LogOptions } from './logger.ts';
import { Metrics, MetricsController } from './metrics.ts';
import { ProblemFilter } from './problem.filter.ts';
import { RateLimiter } from './rate-limiter.ts';
import { Tracing, type TracingOptions } from './tracing.ts';
import { createValidationPipe } from './validation.ts';

export interface PlatformOptions extends LogOptions {
  /** Failed authentications of an address before it is refused for the rest of the minute. */
  readonly refusalsPerMinute: number;
  /** Off, where it is left out. */
  readonly tracing?: TracingOptions;
}

/**
 * What every process has: log, metrics, health, clock, ids, and one form of error answers. Global: import it once.
 *
 * A shutdown goes in this order, and each part belongs into one hook:
 * 1. `onModuleDestroy`: readiness turns 503, timers stop, nothing new is begun;
 * 2. `beforeApplicationShutdown`: workers drain, all that is under way is finished (the database still answers);
 * 3. the HTTP server closes;
 * 4. `onApplicationShutdown`: connections to PostgreSQL, Redis and Kafka close.
 */
@Module({})
export class PlatformModule {
  static forRoot(options: PlatformOptions): DynamicModule {
    const shared = [Clock, Ids, Metrics, Health, AppLogger, RateLimiter, Tracing];
    return {
      module: PlatformModule,
      global: true,
      controllers: [HealthController, MetricsController],
      providers: [
        Clock,
        Ids,
        { provide: Metrics, useFactory: () => new Metrics(options.name) },
        Health,
        { provide: AppLogger, useFactory: () => AppLogger.create(options) },
        { provide: Tracing, useFactory: () => Tracing.open(options.name, options.tracing) },
        {
          provide: RateLimiter,
          useFactory: (clock: Clock) => new RateLimiter(new LocalHits(clock), options.refusalsPerMinute),
          inject: [Clock],
        },
        {
          provide: APP_FILTER,
          useFactory: (log: AppLogger, clock: Clock) => new ProblemFilter(log, clock),
          inject: [AppLogger, Clock],
        },
        { provide: APP_PIPE, useFactory: createValidationPipe },
      ],
      exports: shared,
    };
  }
}
