import { loadEnv, PollerEnv } from '#config';
import { boot, runMain } from '#platform';
import { PollerModule } from './poller.module.ts';

await runMain('poller', async () => {
  const env = loadEnv(PollerEnv);
  await boot(PollerModule.forRoot(env), {
    name: 'poller',
    port: env.PORT,
    host: env.HOST,
    logLevel: env.LOG_LEVEL,
    shutdownDelaySeconds: env.SHUTDOWN_DELAY_SECONDS,
    tokens: ['admin'],
    passwords: ['admin'],
  });
});
