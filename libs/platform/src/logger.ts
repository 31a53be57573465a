import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Level, type Logger, pino, stdTimeFunctions } from 'pino';
import { redact, scrub } from './redact.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
export type Fields = Readonly<Record<string, unknown>>;

export interface LogOptions {
  /** Stands in every line as `service`. */
  readonly name: string;
  readonly logLevel: LogLevel;
}

/** JSON lines. Messages are constants, what varies goes into fields, and no field can carry a secret: see `redact`. */
export class AppLogger {
  private readonly sink: Logger;

  constructor(sink: Logger) {
    this.sink = sink;
  }

  static create({ name, logLevel }: LogOptions, destination?: DestinationStream): AppLogger {
    const options = {
      level: logLevel,
      base: { service: name },
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
    };
    return new AppLogger(destination === undefined ? pino(options) : pino(options, destination));
  }

  /** A logger that puts `fields` into each of its lines. */
  with(fields: Fields): AppLogger {
    return new AppLogger(this.sink.child(redact(fields) as Record<string, unknown>));
  }

  debug(message: string, fields?: Fields): void {
    this.write('debug', message, fields);
  }

  info(message: string, fields?: Fields): void {
    this.write('info', message, fields);
  }

  warn(message: string, fields?: Fields): void {
    this.write('warn', message, fields);
  }

  error(message: string, fields?: Fields): void {
    this.write('error', message, fields);
  }

  fatal(message: string, fields?: Fields): void {
    this.write('fatal', message, fields);
  }

  private write(level: Level, message: string, fields: Fields = {}): void {
    if (this.sink.isLevelEnabled(level)) this.sink[level](redact(fields), scrub(message));
  }
}

/** Lets Nest's own lines go through the same sink. What breaks the start is told by `runMain`, not twice. */
export class NestLog implements LoggerService {
  private readonly logger: AppLogger;

  constructor(logger: AppLogger) {
    this.logger = logger;
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(text(message), context(rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(text(message), context(rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(text(message), context(rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(text(message), context(rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const fields = context(rest);
    if (fields['context'] === 'ExceptionHandler') return;
    this.logger.error(text(message), message instanceof Error ? { ...fields, error: message } : fields);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }
}

function text(message: unknown): string {
  if (message instanceof Error) return message.message;
  return typeof message === 'string' ? message : JSON.stringify(message);
}

function context(rest: readonly unknown[]): Record<string, unknown> {
  const named = rest.at(-1);
  const stack = rest.length > 1 ? rest[0] : undefined;
  return {
    ...(typeof named === 'string' && { context: named }),
    ...(typeof stack === 'string' && { stack }),
  };
}
