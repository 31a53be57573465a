/**
 * Starts PostgreSQL, Redis and Kafka and keeps them until Ctrl-C: `npm run services [-- postgres redis kafka]`.
 * Progress goes to stderr, the addresses to stdout in a form that a shell takes.
 */
import type { ServiceName } from './index.ts';
import { startServices } from './index.ts';
import { SERVICE_NAMES } from './types.ts';

const only = named(process.argv.slice(2));
// Until all are there, a signal just ends this process, and the watchdog cleans up.
const services = await startServices({ only, progress: (line) => console.error(line) }).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});

const addresses: Readonly<Record<ServiceName, () => string>> = {
  postgres: () => `DATABASE_URL=${services.databaseUrl}`,
  redis: () => `REDIS_URL=${services.redisUrl}`,
  kafka: () => `KAFKA_BROKERS=${services.kafkaBrokers}`,
};
for (const name of only) console.log(`export ${addresses[name]()}`);
console.error('Ctrl-C stops them and removes their data.');

await ended();
console.error('stopping');
await services.stop();
process.exit(0);

function named(words: readonly string[]): readonly ServiceName[] {
  const known = SERVICE_NAMES.filter((name) => words.includes(name));
  if (known.length === words.length) return words.length === 0 ? SERVICE_NAMES : known;
  console.error(`usage: main.ts [${SERVICE_NAMES.join('] [')}]`);
  process.exit(2);
}

/** Ctrl-C, `kill`, a closed terminal, or the end of bootstrap.mjs. More signals than one are common: npm repeats them. */
function ended(): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(event, () => resolve());
    if (process.channel) process.on('disconnect', () => resolve());
    setInterval(() => undefined, 2 ** 30); // a signal handler alone does not keep the process
  });
}
