export { AsList } from './as-list.decorator.ts';
export { boot, createApp, type AppOptions, type BootOptions } from './boot.ts';
export { ApiPages, ApiProblems, ProblemView, problemResponse } from './api-problems.ts';
export { httpLimits } from './http-limits.ts';
export { LocalHits, SharedHits, type HitCounter, type Hits } from './hit-counter.ts';
export { IfGiven } from './if-given.decorator.ts';
export { Limited, RateLimiter } from './rate-limiter.ts';
export { runMain } from './run-main.ts';
export { PlatformModule } from './platform.module.ts';
export { AppLogger, NestLog, type Fields, type LogLevel, type LogOptions } from './logger.ts';
export { redact, redacted, scrub } from './redact.ts';
export { Metrics } from './metrics.ts';
export { Health, type HealthCheck, type Readiness } from './health.ts';
export { Clock, Ids } from './clock.ts';
export { Actor } from './actor.decorator.ts';
export { BearerGuard, RequirePassword, RequireToken, provideToken } from './bearer.ts';
export { Paged, pageOf } from './paged.ts';
export {
  escapeHtml,
  htmlDocument,
  htmlHeaders,
  pageColours,
  pageHeaders,
  pageSymbol,
  type HtmlDocument,
  type PageKind,
} from './page.ts';
export { isPassing } from './passing.ts';
export { patiently } from './patience.ts';
export { Problem, type ProblemDetails, type ProblemExtras, type Refusal } from './problem.ts';
export { ProblemFilter } from './problem.filter.ts';
export { QueryNumber } from './query-number.decorator.ts';
export { provideReloading, Reloading } from './reloading.ts';
export { Tracing, type OpenSpan, type SpanFacts, type SpanOptions, type Tracer } from './tracing.ts';
export { createValidationPipe, refusalsOf, UuidPipe } from './validation.ts';
