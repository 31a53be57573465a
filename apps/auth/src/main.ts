import { AuthEnv, loadEnv } from '#config';
import { boot, runMain } from '#platform';
import { appOptions } from './app-options.ts';
import { AuthModule } from './auth.module.ts';

await runMain('auth', async () => {
  const env = loadEnv(AuthEnv);
  await boot(AuthModule.forRoot(env), {
    port: env.PORT,
    host: env.HOST,
    ...(env.INTERNAL_PORT !== undefined && { internalPort: env.INTERNAL_PORT }),
    logLevel: env.LOG_LEVEL,
    shutdownDelaySeconds: env.SHUTDOWN_DELAY_SECONDS,
    ...appOptions(env),
  });
});
