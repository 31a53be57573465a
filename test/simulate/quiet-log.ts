import type { AppLogger } from '#platform';

/** Warnings and errors go into the trace, the rest nowhere. */
export function quietLog(warn: (line: string) => void): AppLogger {
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (message: string, fields?: object) => warn(`${message} ${JSON.stringify(fields)}`),
    error: (message: string, fields?: object) => warn(`${message} ${JSON.stringify(fields)}`),
  };
  return log as unknown as AppLogger;
}
