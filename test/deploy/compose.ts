/**
 * Checks compose.yaml: by dclint, which has the JSON Schema of the Compose specification; by the apps' own settings, which
 * have to accept its environments; and what it refers to has to be there.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AuthEnv, loadEnv, loadTenants, MigrateEnv, PollerEnv, PublisherEnv } from '#config';
import { resources } from '#resources';
import { KAFKA_VERSION } from '../../deploy/local/services/jars.ts';
import { run } from '../schemathesis/virtual-environment.ts';
import { readStages, root } from './build-file.ts';
import { composeFile, environmentOf, readServices, type Service } from './compose-file.ts';
import { refusal, report } from './report.ts';

const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
const stages = new Set((await readStages()).map(({ name }) => name));
const services = await readServices();
const hosts = new Set([
  ...services.keys(),
  ...[...services.values()].flatMap(({ networks = {} }) => Object.values(networks).flatMap((one) => one.aliases ?? [])),
]);
const problems: string[] = [];
let checks = 0;

function expect(holds: boolean, problem: string): void {
  checks += 1;
  if (!holds) problems.push(problem);
}

const dclint = join(root, 'node_modules/dclint/bin/dclint.cjs');
const rules = ['--config', join(root, 'config/lint/dclint.yaml'), '--max-warnings', '0'];
expect((await run(process.execPath, [dclint, composeFile, ...rules])) === 0, 'dclint refuses it; its lines are above');

for (const [name, service] of services) {
  const { image = '', build, depends_on: needs = {}, volumes = [] } = service;
  if (build === undefined) {
    expect(
      /:v?\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?(@sha256:[0-9a-f]{64})?$/.test(image),
      `${name}: ${image} has no full version`,
    );
    expect(service.healthcheck !== undefined, `${name} has no health check`);
  } else {
    expect(image.endsWith(`:${version}`), `${name}: ${image} is not of version ${version}`);
    expect(stages.has(build.target ?? ''), `${name}: the Dockerfile has no stage ${build.target ?? ''}`);
    expect(existsSync(join(root, build.dockerfile ?? '')), `${name}: ${build.dockerfile ?? ''} is not there`);
    expect(
      service.read_only === true && service.cap_drop?.[0] === 'ALL',
      `${name} runs with more rights than it needs`,
    );
  }
  for (const [other, { condition }] of Object.entries(needs)) {
    const fits = fitness(services.get(other), condition);
    expect(fits === undefined, `${name} waits for ${other}: ${fits ?? ''}`);
  }
  for (const [source = ''] of volumes.map((volume) => volume.split(':'))) {
    expect(existsSync(join(root, source)), `${name}: ${source} is not there`);
  }
  for (const [variable, value] of Object.entries(environmentOf(service))) {
    const host = /^(?:\w+:\/\/)?(?:[^@/]*@)?([a-z][a-z.]*):\d+(?:\/|$)/.exec(value)?.[1];
    if (host !== undefined) expect(hosts.has(host), `${name}: no container is called ${host}, as in ${variable}`);
  }
}
expect(
  services.get('kafka')?.image?.split('@')[0] === `apache/kafka:${KAFKA_VERSION}`,
  `Kafka is not ${KAFKA_VERSION}, which is tested`,
);

const programs = { auth: AuthEnv, poller: PollerEnv, publisher: PublisherEnv, migrate: MigrateEnv };
for (const [name, type] of Object.entries(programs)) {
  const service = services.get(name);
  expect(service?.command?.[0] === name, `${name} does not run ${name}`);
  const refused = refusal(() => loadEnv<object>(type, service === undefined ? {} : environmentOf(service)));
  expect(refused === undefined, `${name}: ${refused ?? ''}`);
}
const { TENANTS_FILE: mounted = '', ...settings } = environmentOf(services.get('auth') ?? {});
const source = services
  .get('auth')
  ?.volumes?.map((volume) => volume.split(':'))
  .find(([, target]) => target === mounted)?.[0];
expect(source !== undefined, `${mounted} is not mounted`);
const unusable = refusal(() =>
  loadTenants(join(root, source ?? ''), { knownResources: resources.map(({ name }) => name), source: settings }),
);
expect(unusable === undefined, `${source ?? ''}: ${unusable ?? ''}`);

report('compose.yaml', checks, problems);

/** @returns what is wrong with waiting for this service in this way */
function fitness(service: Service | undefined, condition: string): string | undefined {
  if (service === undefined) return 'there is no such service';
  if (condition === 'service_healthy') return service.healthcheck === undefined ? 'it has no health check' : undefined;
  if (condition === 'service_completed_successfully')
    return service.restart === undefined ? undefined : 'it never ends';
  return `${condition} says little`;
}
