import { AuthEnv, loadEnv } from '#config';
import { boot, runMain } from '#platform';
import { AuthModule } from './auth.module.ts';

await runMain('auth', async () => {
  const env = loadEnv(AuthEnv);
  await boot(AuthModule.forRoot(env), {
    name: 'auth',
    port: env.PORT,
    host: env.HOST,
    logLevel: env.LOG_LEVEL,
    tokens: ['admin', 'internal'],
  });
});
