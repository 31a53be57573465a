/**
 * `npm run test:schemathesis`: the services as they run in production, with connected athletes, against Schemathesis, which
 * makes up requests from each service's own description and checks every answer by it.
 * `-- --only auth,poller` chooses; what follows `--` once more goes to Schemathesis.
 */
import { randomBytes } from 'node:crypto';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startServices } from '../../deploy/local/services/index.ts';
import { freePort } from '../../deploy/local/services/port.ts';
import { type AppName, Stack, consent, returnUrl } from '../../deploy/local/stack/stack.ts';
import { createSimulator } from '../simulator/index.ts';
import { run, schemathesis } from './virtual-environment.ts';

const { values, positionals } = parseArgs({
  options: { only: { type: 'string', default: 'auth,publisher,poller' } },
  allowPositionals: true,
});
const apps = values.only.split(',') as readonly AppName[];
const athletesOfEach = 12;
const progress = (line: string): void => console.error(line);

const program = await schemathesis(progress);
const services = await startServices({ durable: false, progress });
const authPort = await freePort();
const redirectUris = [`http://127.0.0.1:${String(authPort)}/oauth/callback`];
const clients = ['acme', 'beta'].map((name) => ({
  id: `client-${name}`,
  secret: randomBytes(16).toString('hex'),
  redirectUris,
}));
const simulator = await createSimulator({ clients, athletes: athletesOfEach * clients.length });
const internalToken = randomBytes(24).toString('hex');
const stack = await Stack.prepare({
  services,
  authPort,
  progress,
  env: { INTERNAL_TOKEN: internalToken },
  tenants: clients.map(({ id, secret }) => ({
    id: id.replace('client-', ''),
    clientId: id,
    clientSecret: secret,
    apiUrl: simulator.apiUrl,
    authUrl: simulator.authUrl,
    resources: ['sleeps', 'nightly-recharge-results'],
  })),
});

const config = join(stack.folder, 'schemathesis.toml');

/** Real values, so that requests get past the first look: ids of connected athletes, tokens of links, a return URL. */
async function seed(): Promise<void> {
  const connections: string[] = [];
  const links: string[] = [];
  const back = returnUrl(stack.authUrl);
  for (const { name, client } of simulator.athletes()) {
    const tenant = client.replace('client-', '');
    connections.push(await consent(await stack.connectLink(tenant, name, back), name));
    links.push((await stack.connectLink(tenant, name)).replace(/.*\//, ''));
  }
  for (const [name, words] of Object.entries({ connections, links, 'return-urls': [back] }))
    await writeFile(join(stack.folder, `${name}.txt`), words.map((word) => JSON.stringify(word)).join('\n'));
}

/** @returns whether Schemathesis found nothing */
async function test(app: AppName, url: string): Promise<boolean> {
  progress(`\n${app}: ${url}/docs-json`);
  const env = {
    ...process.env,
    SCHEMATHESIS_ADMIN_TOKEN: stack.adminToken,
    SCHEMATHESIS_INTERNAL_TOKEN: internalToken,
  };
  return (await run(program, ['--config-file', config, 'run', `${url}/docs-json`, ...positionals], env)) === 0;
}

try {
  const auth = await stack.start('auth');
  await copyFile(join(import.meta.dirname, 'schemathesis.toml'), config);
  await seed();
  const failed: string[] = [];
  for (const app of apps) {
    const { url } = app === 'auth' ? auth : await stack.start(app);
    if (!(await test(app, url))) failed.push(app);
  }
  if (failed.length > 0) {
    console.error(`\nSchemathesis found something in ${failed.join(', ')}: see above`);
    process.exitCode = 1;
  }
} finally {
  await stack.stop();
  await simulator.close();
  await services.stop();
}
