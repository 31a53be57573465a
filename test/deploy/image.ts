/**
 * Proves the image without Docker: carries out the Dockerfile's steps in an empty folder, looks at what came of them, and runs
 * compose.yaml's programs from there, with services of this machine, until events arrive at the consumer.
 *
 * What this cannot show: that the base image is to be had, and what Docker itself does (layers, aliases, published ports).
 */
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServices } from '../../deploy/local/services/index.ts';
import { freePort } from '../../deploy/local/services/port.ts';
import { orphanGuard } from '../../deploy/local/stack/child.ts';
import { until } from '../../deploy/local/stack/until.ts';
import { productionPackages } from '../../deploy/supply-chain/production.ts';
import { readStages, root } from './build-file.ts';
import { environmentOf, readServices } from './compose-file.ts';
import { Container, type Ended, isolation } from './container.ts';
import { contextFilter, filesOf, type Folder, ImageFolders } from './image-folders.ts';
import { report } from './report.ts';

const say = (line: string): void => console.log(line);
const problems: string[] = [];
let checks = 0;

function expect(holds: boolean, problem: string): void {
  checks += 1;
  if (!holds) problems.push(problem);
}

// A container has a /tmp of its own, in front of this one.
if (root.startsWith('/tmp/'))
  throw new Error(`${root} lies in /tmp, where the programs would not find it: run it elsewhere`);
const cache = join(root, '.cache');
await mkdir(cache, { recursive: true });
const folder = await mkdtemp(join(cache, 'image-'));
await (await orphanGuard()).removeFolder(folder);
// Another user has to find its way in.
await chmod(folder, 0o755);
const cleanups: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
try {
  const images = new ImageFolders(await readStages(), folder, say);
  const product = await images.make('product');
  const before = await filesOf(product.path);
  await hidden();
  await contents(before, product);
  await confinement(product);
  await refusals(product);
  await onPath(product);
  await compose(product, await images.make('demo'));
  const after = await filesOf(product.path);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  expect(changed.length === 0, `the programs have written ${changed.join(', ')}`);
} catch (error) {
  problems.push(error instanceof Error ? error.message : String(error));
} finally {
  for (const cleanup of cleanups) await cleanup();
}
const { readOnly, user } = isolation();
const how = readOnly
  ? 'nothing but /tmp was writable'
  : `this machine allows no read-only mounts${user ? '' : ' and no other user'}`;
say(`image         the programs ran as ${user ? 'the user of the image' : 'this user'}; ${how}`);
report('image', checks, problems);
process.exit();

/** What must not get into a layer, wherever it lies. */
async function hidden(): Promise<void> {
  const isSeen = await contextFilter();
  const secret = [
    '.env',
    'apps/auth/.env',
    'config/.env.local',
    '.git/config',
    '.cache/quickstart-key',
    '.cache/quickstart.env',
    'node_modules/x.js',
  ];
  for (const path of [...secret, 'dist/x.js', 'config/tenants.spec.ts', 'config/tenants.fixture.ts', 'tenants.yaml'])
    expect(!isSeen(path), `.dockerignore lets ${path} in`);
}

async function contents(files: ReadonlyMap<string, string>, { path }: Folder): Promise<void> {
  const elsewhere = [...files.keys()].filter((file) => !file.startsWith('app/'));
  expect(elsewhere.join(' ') === 'usr/local/bin/bridge', `outside of /app there is ${elsewhere.join(' ')}`);
  const paths = [...files.keys()].flatMap((file) => (file.startsWith('app/') ? [file.slice('app/'.length)] : []));
  const own = paths.filter((file) => !file.startsWith('node_modules/'));
  const tops = [...new Set(own.map((file) => file.split('/')[0]))].sort();
  expect(tops.join(' ') === 'LICENSE deploy dist package.json', `besides node_modules there is ${tops.join(' ')}`);
  const strange = own.filter(
    (file) => !/^(LICENSE|package\.json|deploy\/image\/entrypoint\.mjs|dist\/.+\.(js|json))$/.test(file),
  );
  expect(strange.length === 0, `not for production: ${strange.join(', ')}`);
  const tests = own.filter((file) => /\.(spec|fixture)\.|fixture\.json/.test(file));
  expect(tests.length === 0, `tests: ${tests.join(', ')}`);
  const maps = paths.filter((file) => /\.(map|tsbuildinfo)$|\.d\.[mc]?ts$/.test(file));
  expect(maps.length === 0, `for those who develop: ${maps.slice(0, 5).join(', ')}`);
  expect(
    own.some((file) => file === 'dist/apps/auth/src/main.js'),
    'there is no auth',
  );

  const manifests = paths.filter((file) =>
    /^node_modules\/(.*\/node_modules\/)?(@[^/]+\/)?[^/@.][^/]*\/package\.json$/.test(file),
  );
  const found = await Promise.all(
    manifests.map(async (file) => {
      const { name, version } = JSON.parse(await readFile(join(path, 'app', file), 'utf8')) as Record<string, string>;
      return `${name ?? ''}@${version ?? ''}`;
    }),
  );
  const [installed, wanted] = [new Set(found), new Set(await productionPackages())];
  const [more, less] = [
    [...installed].filter((one) => !wanted.has(one)),
    [...wanted].filter((one) => !installed.has(one)),
  ];
  expect(more.length === 0, `packages that production does not need: ${more.join(', ')}`);
  expect(less.length === 0, `packages that are missing: ${less.join(', ')}`);
  const bytes = [...files.values()].reduce((sum, file) => sum + Number(file.split(' ')[0]), 0);
  say(`product       ${files.size} files, ${(bytes / 2 ** 20).toFixed(1)} MiB, ${installed.size} packages`);
}

/** That what is said about writing is true of the way in which the programs are started here. */
async function confinement(product: Folder): Promise<void> {
  const attempt = `for (const place of ['.', '/tmp', '/var/tmp']) {
    try { require('node:fs').writeFileSync(place + '/image-proof', ''); console.log(place, 'written'); } catch (error) { console.log(place, error.code); }
  }`;
  const { out, err } = await new Container(product, ['-e', attempt], {}, ['node']).end();
  const [here, temporary, elsewhere] = out.split('\n');
  expect(temporary === '/tmp written', `/tmp cannot be written: ${out}${err}`);
  if (isolation().user) expect(/^\. (EROFS|EACCES)$/.test(here ?? ''), `the program may write its own folder: ${out}`);
  if (isolation().readOnly) expect(elsewhere === '/var/tmp EROFS', `there is more to write than /tmp: ${out}`);
  else await Promise.all(['/tmp', '/var/tmp'].map((place) => rm(join(place, 'image-proof'), { force: true })));
}

/** Each command gets as far as telling what is missing, in the documented words. */
async function refusals(product: Folder): Promise<void> {
  const runs: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
    [[], 2, /^usage: accesslink-bridge COMMAND/],
    [['postgres'], 2, /there is no command "postgres"/],
    [['--help'], 0, /commands: auth, poller, publisher, migrate, bridge\n/],
    [
      ['auth'],
      1,
      /auth cannot start: \d+ environment variables are wrong \(AuthEnv\):[^]*\n {2}- DATABASE_URL: not set/,
    ],
    [['poller'], 1, /poller cannot start: \d+ environment variables are wrong \(PollerEnv\)/],
    [['publisher'], 1, /publisher cannot start: \d+ environment variables are wrong \(PublisherEnv\)/],
    [['migrate'], 1, /migrate cannot start: One environment variable is wrong \(MigrateEnv\)/],
    [['bridge', 'keys', 'status'], 2, /2 environment variables are wrong \(KeysEnv\)/],
    [['bridge', 'topics', 'check'], 2, /\d+ environment variables are wrong \(PublisherEnv\)/],
    [['bridge'], 2, /Usage: bridge/],
    [['bridge', 'tenants', 'check', '/nowhere.yaml'], 1, /ENOENT/],
  ];
  for (const [args, code, says] of runs) {
    const ended = await new Container(product, args, {}).end();
    const text = `${ended.out}${ended.err}`;
    expect(ended.code === code, `"${args.join(' ')}" ended with ${String(ended.code)} instead of ${code}: ${text}`);
    expect(says.test(text), `"${args.join(' ')}" said instead of ${String(says)}: ${text}`);
  }
}

/** `kubectl exec ... -- bridge`: without the entrypoint, by the PATH, and whatever the working directory. */
async function onPath(product: Folder): Promise<void> {
  const script = join(product.path, 'usr/local/bin/bridge');
  expect(((await stat(script)).mode & 0o777) === 0o755, 'nobody may run /usr/local/bin/bridge');
  // There is no /app here.
  const here = (await readFile(script, 'utf8')).replaceAll('/app/', `${product.path}/app/`);
  for (const [args, code, says] of [
    [['why', 'a b'], 2, /Allowed: the id of a connection/],
    [['--help'], 0, /Usage: bridge/],
  ] as const) {
    const ended = await new Container(product, args, {}, ['/bin/sh', '-c', here, 'bridge']).end();
    const text = `${ended.out}${ended.err}`;
    expect(
      ended.code === code && says.test(text),
      `bridge ${args.join(' ')} ended with ${String(ended.code)}: ${text}`,
    );
  }
}

/** The programs of compose.yaml in its order, each from its image, its names replaced by addresses of this machine. */
async function compose(product: Folder, demo: Folder): Promise<void> {
  const services = await startServices({ ways: ['environment', 'local'], progress: say });
  cleanups.unshift(() => services.stop());
  const [auth, poller, publisher, simulator] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const tenants = join(folder, 'tenants.yaml');
  const here: readonly (readonly [string, string])[] = [
    ['postgres://demo:demo@postgres:5432/demo', services.databaseUrl],
    ['redis://redis:6379', services.redisUrl],
    ['kafka:9092', services.kafkaBrokers],
    ['auth.localhost:3001', `127.0.0.1:${auth}`],
    ['http://auth:3001', `http://127.0.0.1:${auth}`],
    ['simulator.localhost:4010', `127.0.0.1:${simulator}`],
    ['--port=4010', `--port=${simulator}`],
    ['--host=0.0.0.0', '--host=127.0.0.1'],
    ['/etc/accesslink-bridge/tenants.yaml', tenants],
  ];
  const replaced = (text: string): string => here.reduce((so, [name, address]) => so.replaceAll(name, address), text);
  await writeFile(tenants, replaced(await readFile(join(root, 'deploy/compose/tenants.yaml'), 'utf8')));

  const definitions = await readServices();
  const start = (name: string, more: Readonly<Record<string, string>> = {}, args?: readonly string[]): Container => {
    const service = definitions.get(name) ?? {};
    const environment = Object.entries(environmentOf(service)).map(([key, value]) => [key, replaced(value)]);
    const container = new Container(
      service.build?.target === 'demo' ? demo : product,
      (args ?? service.command ?? []).map(replaced),
      { ...Object.fromEntries(environment), ...more },
      service.entrypoint,
    );
    cleanups.unshift(() => container.stop());
    return container;
  };
  const app = async (name: string, port: number): Promise<Container> => {
    const began = performance.now();
    const container = start(name, { PORT: String(port), HOST: '127.0.0.1' });
    await until(`${name} to be ready`, 60, async () => {
      if (!container.running) return true;
      return (await fetch(`http://127.0.0.1:${port}/health/ready`)).status === 200;
    });
    if (!container.running) throw new Error(`${name} ended: ${container.log}`);
    // Its page looks for files of a package at run time.
    const page = await fetch(`http://127.0.0.1:${port}/docs/swagger-ui.css`);
    expect(page.status === 200, `${name}: the page of its API has no style: ${String(page.status)}`);
    say(`${name.padEnd(13)} ready in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    return container;
  };
  const succeeds = (name: string, { code, out, err }: Ended): void =>
    expect(code === 0, `${name} ended with ${String(code)}: ${out}${err}`);

  const migrated = await start('migrate').end();
  succeeds('migrate', migrated);
  expect(migrated.out.includes('database is at the newest schema'), `migrate said ${migrated.out}`);
  succeeds('migrate, again', await start('migrate').end());
  const provider = start('simulator');
  const apps = [await app('auth', auth), await app('poller', poller), await app('publisher', publisher)];
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const [index, name] of ['auth', 'poller', 'publisher'].entries()) {
    // The very process that was started, so that it is the one that signals reach.
    const [, ...words] = apps[index]?.commandLine ?? [];
    const flags = words.map((word) => word.replace(`${product.path}/app/`, '')).join(' ');
    expect(`node ${flags}` === scripts[`start:${name}`], `${name} runs as "node ${flags}"`);
  }
  succeeds('connect', await start('connect').end());
  const events = start('events');
  await until('events at the consumer', 90, async () => {
    if (!events.running) throw new Error(events.log);
    return /SleepRecorded/.test(events.out) && /SessionRecorded/.test(events.out);
  });
  say(
    `events        ${events.out.trim().split('\n').length - 1} lines, such as\n${events.out.trim().split('\n').slice(0, 4).join('\n')}`,
  );
  succeeds('bridge tenants check', await start('auth', {}, ['bridge', 'tenants', 'check', tenants]).end());
  succeeds('bridge keys status', await start('auth', {}, ['bridge', 'keys', 'status']).end());
  succeeds('bridge topics check', await start('publisher', {}, ['bridge', 'topics', 'check']).end());
  for (const [name, one] of Object.entries({
    events,
    publisher: apps[2],
    poller: apps[1],
    auth: apps[0],
    simulator: provider,
  })) {
    if (one === undefined) continue;
    const ended = await one.stop();
    expect(ended.code === 0, `${name} ended with ${String(ended.code)} after SIGTERM: ${ended.err}`);
  }
}
