import { loadEnv, PublisherEnv } from '#config';
import { boot, runMain } from '#platform';
import { PublisherModule } from './publisher.module.ts';

await runMain('publisher', async () => {
  const env = loadEnv(PublisherEnv);
  await boot(PublisherModule.forRoot(env), {
    name: 'publisher',
    port: env.PORT,
    host: env.HOST,
    logLevel: env.LOG_LEVEL,
    shutdownDelaySeconds: env.SHUTDOWN_DELAY_SECONDS,
    tokens: ['admin'],
  });
});
