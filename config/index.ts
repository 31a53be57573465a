export { AuthEnv, KeysEnv } from './env/auth.env.ts';
export { MigrateEnv } from './env/migrate.env.ts';
export { PollerEnv } from './env/poller.env.ts';
export { PublisherEnv } from './env/publisher.env.ts';
export type { KafkaEnv, ProgramEnv, ServiceEnv } from './env/shared.env.ts';
export type { EncryptionKey } from './env/encryption-keys.ts';
export { loadEnv, summary } from './env/load-env.ts';
export type { EnvSource } from './env/source.ts';
export { loadTenants, TenantFile, type TenantFileOptions } from './tenants.ts';
