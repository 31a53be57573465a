import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { PlantedTree, type Sources, type Violation } from './planted-tree.ts';

// A clean run of a linter looks the same whether the code is clean or a rule is dead. So each rule has probes here: files
// that break it and that it must report.

const config = createRequire(import.meta.url)('../../config/lint/dependency-cruiser.cjs') as {
  readonly forbidden: readonly { readonly name: string }[];
};

/** Every kind of import that is allowed, in the layout of this repository. */
const clean: Sources = {
  'libs/core/src/index.ts': `export * from './hash.ts';\nexport type { Tick } from './tick.ts';\n`,
  'libs/core/src/hash.ts': `import { createHash } from 'node:crypto';\nimport { v5 } from 'uuid';\nexport const hash = [createHash, v5];\n`,
  'libs/core/src/tick.ts': `export interface Tick { readonly at: number }\n`,
  'libs/core/src/hash.spec.ts': `import { it } from '@jest/globals';\nimport * as fc from 'fast-check';\nimport { hash } from './hash.ts';\nit('is', () => fc.assert(hash as never));\n`,
  'libs/resources/src/index.ts': `export { resources } from './load-resources.ts';\n`,
  'libs/resources/src/load-resources.ts': `import { readdirSync } from 'node:fs';\nimport { hash } from '#core';\nexport const resources = [readdirSync, hash];\n`,
  'libs/resources/src/sleeps/descriptor.ts': `import { hash } from '#core';\nimport { night } from './night.ts';\nexport const descriptor = [hash, night];\n`,
  'libs/resources/src/sleeps/night.ts': `export const night = 1;\n`,
  'libs/polar/src/index.ts': `import { request } from 'undici';\nimport { hash } from '#core';\nexport const client = [request, hash];\n`,
  'libs/store/src/index.ts': `import { sql } from 'kysely';\nimport pg from 'pg';\nimport { hash } from '#core';\nexport interface Row { readonly id: string }\nexport const store = [sql, pg, hash];\n`,
  'libs/queue/src/index.ts': `import { Queue } from 'bullmq';\nimport { Redis } from 'ioredis';\nimport { hash } from '#core';\nexport const queue = [Queue, Redis, hash];\n`,
  'libs/platform/src/index.ts': `import { createServer } from 'node:http';\nimport { pino } from 'pino';\nexport const boot = [createServer, pino];\n`,
  'config/index.ts': `import { IsInt } from 'class-validator';\nimport { hash } from '#core';\nexport const env = [IsInt, hash];\n`,
  'config/jest/services.setup.mjs': `import { start } from '../../deploy/local/services.ts';\nexport { start };\n`,
  'apps/poller/src/main.ts': `import { env } from '#config';\nimport { boot } from '#platform';\nimport { PollerModule } from './poller.module.ts';\nexport const main = [env, boot, PollerModule];\n`,
  'apps/poller/src/poller.module.ts': `import { Module } from '@nestjs/common';\nimport { client } from '#polar';\nimport { queue } from '#queue';\nimport { resources } from '#resources';\nimport { store } from '#store';\nimport { poll } from './poll.ts';\nexport const PollerModule = [Module, client, queue, resources, store, poll];\n`,
  'apps/poller/src/poll.ts': `import { hash } from '#core';\nimport type { Row } from '#store';\nexport const poll = (row: Row): unknown => [hash, row];\n`,
  'apps/poller/src/poll.spec.ts': `import { it } from '@jest/globals';\nimport { store } from '#store';\nimport { poll } from './poll.ts';\nit('polls', () => poll(store as never));\n`,
  'apps/auth/src/main.ts': `import { request } from 'undici';\nexport const main = request;\n`,
  'apps/publisher/src/main.ts': `import { PublisherModule } from './publisher.module.ts';\nexport const main = PublisherModule;\n`,
  'apps/publisher/src/publisher.module.ts': `import type { Broker } from './broker.ts';\nimport { broker } from './kafka/client.ts';\nexport const PublisherModule: Broker = broker;\n`,
  'apps/publisher/src/broker.ts': `export interface Broker { readonly id: string }\n`,
  'apps/publisher/src/kafka/client.ts': `import { zstdCompress } from 'node:zlib';\nimport { Kafka } from 'kafkajs';\nimport { hash } from '#core';\nimport type { Broker } from '../broker.ts';\nexport const broker = [Kafka, zstdCompress, hash] as unknown as Broker;\n`,
  'apps/publisher/src/kafka/client.spec.ts': `import { it } from '@jest/globals';\nimport { Kafka } from 'kafkajs';\nimport { broker } from './client.ts';\nit('is', () => [Kafka, broker]);\n`,
  'test/bench/clients.ts': `import { Producer } from '@platformatic/kafka';\nimport { Kafka } from 'kafkajs';\nexport const clients = [Producer, Kafka];\n`,
  'apps/migrate/src/main.ts': `import { store } from '#store';\nexport const main = store;\n`,
  'apps/bridge/src/main.ts': `import { keysCommand } from './keys/keys.command.ts';\nexport const main = keysCommand;\n`,
  'apps/bridge/src/keys/keys.command.ts': `import { Command } from 'commander';\nimport { store } from './keys.adapters.ts';\nimport { rewrap } from '../../../auth/src/keys/keys.operator.ts';\nimport type { View } from '../../../poller/src/view.dto.ts';\nexport const keysCommand = (view: View): unknown => [Command, store, rewrap, view];\n`,
  'apps/bridge/src/keys/keys.adapters.ts': `import { store } from '#store';\nexport { store };\n`,
  'apps/auth/src/keys/keys.operator.ts': `import { store } from '#store';\nexport const rewrap = store;\n`,
  'apps/poller/src/view.dto.ts': `export interface View { readonly id: string }\n`,
  'test/simulator/main.ts': `import { createServer } from 'node:http';\nexport const simulator = createServer;\n`,
  'test/simulate/run.ts': `import { hash } from '#core';\nimport { poll } from '../../apps/poller/src/poll.ts';\nexport const run = [hash, poll];\n`,
  'test/e2e/kill.e2e.spec.ts': `import { store } from '#store';\nimport { start } from '../../deploy/local/services.ts';\nimport { simulator } from '../simulator/main.ts';\nimport { PollerModule } from '../../apps/poller/src/poller.module.ts';\nexport const kill = [store, start, simulator, PollerModule];\n`,
  'examples/consumers/typescript/consumer.ts': `import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n`,
  'deploy/local/services.ts': `import { spawn } from 'node:child_process';\nexport const start = spawn;\n`,
};

interface Probe {
  readonly rule: string;
  readonly what: string;
  /** The first file is the one that breaks the rule. */
  readonly sources: Sources;
}

const imports = (specifier: string): string =>
  `import * as planted from '${specifier}';\nexport const seen = planted;\n`;
const probe = (rule: string, what: string, path: string, specifier: string, others: Sources = {}): Probe => ({
  rule,
  what,
  sources: { [path]: imports(specifier), ...others },
});

const probes: readonly Probe[] = [
  probe('resolvable', 'a relative import of nothing', 'apps/poller/src/a1.ts', './nowhere.ts'),
  probe('resolvable', 'an alias that is not declared', 'apps/poller/src/a2.ts', '#elsewhere'),
  probe('no-circular', 'two files that need each other', 'libs/core/src/b1.ts', './b2.ts', {
    'libs/core/src/b2.ts': imports('./b1.ts'),
  }),
  {
    rule: 'no-dead-file',
    what: 'a file that nothing leads to',
    sources: { 'libs/core/src/c1.ts': 'export const c = 1;\n' },
  },
  {
    rule: 'no-dead-file',
    what: 'a file that only a test leads to',
    sources: {
      'apps/auth/src/c2.ts': 'export const c = 1;\n',
      'apps/auth/src/c2.spec.ts': imports('./c2.ts'),
    },
  },
  probe('no-production-import-of-tests', 'a fixture in production', 'libs/queue/src/d1.ts', './d1.fixture.ts', {
    'libs/queue/src/d1.fixture.ts': 'export const d = 1;\n',
  }),
  probe('declared-packages', 'a package that only another one needs', 'apps/auth/src/e1.ts', 'pino-std-serializers'),
  probe('no-dev-packages', 'a development tool in production', 'libs/platform/src/f1.ts', 'fast-check'),

  probe('lib-core', 'the file system', 'libs/core/src/g1.ts', 'node:fs'),
  probe('lib-core', 'another lib', 'libs/core/src/g2.ts', '#platform'),
  probe('lib-core', 'a framework', 'libs/core/src/g3.ts', '@nestjs/common'),
  probe('lib-resources', 'an adapter', 'libs/resources/src/sleeps/h1.ts', '#polar'),
  probe('lib-resources', 'an inner file of core', 'libs/resources/src/sleeps/h2.ts', '../../../core/src/hash.ts'),
  probe('lib-resources', 'the file system', 'libs/resources/src/sleeps/h3.ts', 'node:fs'),
  probe('resource-loader', 'a network', 'libs/resources/src/load-resources.ts', 'node:net'),
  probe('resource-islands', 'another resource', 'libs/resources/src/steps/i1.ts', '../sleeps/night.ts'),
  probe('lib-polar', 'an adapter', 'libs/polar/src/j1.ts', '#store'),
  {
    rule: 'lib-polar',
    what: 'an adapter for a type only',
    sources: { 'libs/polar/src/j2.ts': `import type { queue } from '#queue';\nexport type Planted = typeof queue;\n` },
  },
  probe('lib-store', 'an adapter', 'libs/store/src/k1.ts', '#queue'),
  probe('lib-store', 'Redis', 'libs/store/src/k2.ts', 'ioredis'),
  probe('lib-queue', 'an adapter', 'libs/queue/src/l1.ts', '#store'),
  probe('lib-queue', 'SQL', 'libs/queue/src/l2.ts', 'kysely'),
  probe('lib-queue', 'config', 'libs/queue/src/l3.ts', '#config'),
  probe('lib-platform', 'core', 'libs/platform/src/m1.ts', '#core'),
  probe('config', 'an adapter', 'config/n1.ts', '#store'),
  probe('config', 'the network', 'config/n2.ts', 'node:http'),
  probe('config-tools', 'a lib', 'config/jest/o1.mjs', '#core'),

  probe('app-auth', 'another app', 'apps/auth/src/p1.ts', '../../poller/src/poll.ts'),
  probe('app-auth', 'SQL', 'apps/auth/src/p2.ts', 'kysely'),
  probe('app-poller', 'an inner file of a lib', 'apps/poller/src/q1.ts', '../../../libs/core/src/hash.ts'),
  probe('app-poller', 'the broker', 'apps/poller/src/q2.ts', 'kafkajs'),
  probe('app-publisher', 'Redis', 'apps/publisher/src/r1.ts', 'bullmq'),
  probe('app-publisher', 'an inner file of config', 'apps/publisher/src/r2.ts', '../../../config/r2.ts', {
    'config/r2.ts': 'export const r = 1;\n',
  }),
  probe('app-publisher', 'a Kafka client', 'apps/publisher/src/r3.ts', 'kafkajs'),
  probe('broker-adapter', 'another client', 'apps/publisher/src/kafka/r4.ts', '@platformatic/kafka'),
  probe('broker-adapter', 'the store', 'apps/publisher/src/kafka/r5.ts', '#store'),
  probe('broker-behind-its-port', 'the adapter', 'apps/publisher/src/r6.ts', './kafka/client.ts'),
  {
    rule: 'broker-behind-its-port',
    what: 'a type of the adapter',
    sources: {
      'apps/publisher/src/r7.ts': `import type { broker } from './kafka/client.ts';\nexport type Planted = typeof broker;\n`,
    },
  },
  probe('kafka-clients-known', 'a Kafka client in a lib', 'libs/platform/src/r8.ts', 'kafkajs'),
  probe('kafka-clients-known', 'a Kafka client beside the adapter', 'apps/publisher/src/r9.ts', 'kafkajs'),
  probe('app-migrate', 'the simulator', 'apps/migrate/src/s1.ts', '../../../test/simulator/main.ts'),
  probe('app-migrate', 'local tools', 'apps/migrate/src/s2.ts', '../../../deploy/local/services.ts'),
  probe('app-bridge', 'a package that is not listed', 'apps/bridge/src/s3.ts', 'undici'),
  probe('app-bridge', 'the inside of another app', 'apps/bridge/src/s4.ts', '../../auth/src/vault.ts', {
    'apps/auth/src/vault.ts': 'export const vault = 1;\n',
  }),
  probe('routes-are-types-to-bridge', 'a value of a route', 'apps/bridge/src/s5.ts', '../../auth/src/links.dto.ts', {
    'apps/auth/src/links.dto.ts': 'export const links = 1;\n',
  }),
  probe('apps-known', 'an app without a rule', 'apps/novel/src/main.ts', '#core'),
  probe('libs-known', 'a lib without a rule', 'libs/novel/src/index.ts', '#core'),
  probe(
    'adapters-in-composition-roots',
    'a controller that calls the store',
    'apps/poller/src/t1.controller.ts',
    '#store',
  ),
  {
    rule: 'adapters-in-composition-roots',
    what: 'a value beside a type',
    sources: {
      'apps/poller/src/t2.ts': `import { store, type Row } from '#store';\nexport const t = store as unknown as Row;\n`,
    },
  },

  probe('tests-stay-home', 'the inner file of another lib', 'libs/queue/src/u1.spec.ts', '../../core/src/hash.ts'),
  probe(
    'tests-stay-home',
    'an inner file of the simulator',
    'apps/poller/src/u2.spec.ts',
    '../../../test/simulator/main.ts',
  ),
  probe('simulator-is-independent', 'core', 'test/simulator/v1.ts', '#core'),
  probe('simulator-is-independent', 'config', 'test/simulator/v2.ts', '#config'),
  probe('tests-use-doors', 'the inner file of a lib', 'test/e2e/w1.ts', '../../libs/store/src/w.ts', {
    'libs/store/src/w.ts': 'export const w = 1;\n',
  }),
  probe('tests-use-doors', 'an app', 'test/bench/w2.ts', '../../apps/poller/src/poll.ts'),
  probe('simulation-plays-the-sentences', 'a service', 'test/simulate/y1.ts', 'ioredis'),
  probe(
    'simulation-plays-the-sentences',
    'an app that it does not play',
    'test/simulate/y2.ts',
    '../../apps/auth/src/main.ts',
  ),
  probe('deploy-runs-only-what-is-built', 'a lib', 'deploy/local/x1.ts', '#store'),
  probe('examples-stand-alone', 'a lib', 'examples/consumers/typescript/z1.ts', '#core'),
];

describe('the import rules', () => {
  let tree: PlantedTree;
  let untouched: readonly Violation[];
  let violations: readonly Violation[];

  beforeAll(async () => {
    tree = new PlantedTree(clean);
    untouched = await tree.cruise();
    for (const { sources } of probes) tree.plant(sources);
    violations = await tree.cruise();
  }, 60_000);

  afterAll(() => tree?.remove());

  it('allow every kind of import that the layout has', () => {
    expect(untouched).toEqual([]);
  });

  it.each(probes)('$rule refuses $what', ({ rule, sources }) => {
    const [planted] = Object.keys(sources);
    expect(violations.filter(({ from }) => from === planted).map((one) => one.rule)).toContain(rule);
  });

  it('have a probe each', () => {
    const probed = new Set(probes.map(({ rule }) => rule));
    expect(config.forbidden.map(({ name }) => name).filter((name) => !probed.has(name))).toEqual([]);
  });
});
