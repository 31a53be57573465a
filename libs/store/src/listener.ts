import pg from 'pg';
import type { DatabaseRole } from './database.ts';

export interface ListenOptions {
  readonly role?: DatabaseRole;
  readonly applicationName?: string;
  /** What to do about a notification, by channel. */
  readonly channels: Readonly<Record<string, (payload: string) => void>>;
  /** Called at each connect: what was notified before it is lost. */
  readonly onConnect: () => void;
  readonly onError: (error: Error) => void;
}

const longestPauseMs = 5_000;

/** Listens on a connection of its own, which comes back by itself. */
export function listen(url: string, options: ListenOptions): { close(): Promise<void> } {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pause = 100;
  let closed = false;

  const lost = (broken: pg.Client, error: Error): void => {
    if (client !== broken || closed) return;
    client = undefined;
    options.onError(error);
    broken.end().catch(() => undefined);
    timer = setTimeout(connect, pause);
    pause = Math.min(pause * 2, longestPauseMs);
  };

  const connect = (): void => {
    const fresh = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      ...(options.applicationName === undefined ? {} : { application_name: options.applicationName }),
      ...(options.role === undefined ? {} : { options: `-c role=${options.role}` }),
    });
    client = fresh;
    fresh.on('error', (error) => lost(fresh, error));
    fresh.on('end', () => lost(fresh, new Error('the connection ended')));
    fresh.on('notification', ({ channel, payload }) => options.channels[channel]?.(payload ?? ''));
    start(fresh).catch((error: unknown) => lost(fresh, error instanceof Error ? error : new Error(String(error))));
  };

  const start = async (fresh: pg.Client): Promise<void> => {
    await fresh.connect();
    for (const channel of Object.keys(options.channels)) await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
    pause = 100;
    options.onConnect();
  };

  connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
