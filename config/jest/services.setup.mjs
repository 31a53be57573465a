// jest's globalSetup: PostgreSQL, Redis and Kafka once per run, their addresses in the environment that test workers inherit.
// Node itself loads this file and the TypeScript behind it, so jest's transforms have no part in it.
import { startServices } from '../../deploy/local/services/index.ts';

let services;

export default async function startForTests() {
  services = await startServices({ durable: false, progress: (line) => process.stderr.write(`${line}\n`) });
  process.env.DATABASE_URL = services.databaseUrl;
  process.env.REDIS_URL = services.redisUrl;
  process.env.KAFKA_BROKERS = services.kafkaBrokers;
}

export async function stopForTests() {
  await services?.stop();
}
