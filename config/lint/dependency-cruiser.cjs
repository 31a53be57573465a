// What may import what. Allow-lists: a rule names all that a folder may import, so that whatever nobody thought of is
// refused, and an import that cannot be resolved is refused too. test/architecture plants a violation of every rule.

const lib = (name) => `^libs/${name}/src/index\\.ts$`;
const npm = (...names) => `^node_modules/(@types/)?(${names.join('|')})/`;
const node = (...names) => `^(node:)?(${names.join('|')})$`;

const anyNpm = '^node_modules/';
const anyNode = '^(node:)?[a-z_/]+$';
const anyDoor = '^libs/(?:[^/]+/src/index|platform/src/program)\\.ts$';
const appDoor = '^apps/([^/]+)/src/\\1\\.module\\.ts$|^apps/bridge/src/program\\.ts$';
const pureDoors = '^libs/(?:(?:core|resources|platform)/src/index|platform/src/program)\\.ts$';
const configDoor = '^config/index\\.ts$';

/** Tests and what only tests use. */
const testOnly = '\\.(spec|fixture)\\.ts$';
const compositionRoot = [
  '^apps/[^/]+/src/[^/]+\\.module\\.ts$',
  '^apps/migrate/src/main\\.ts$',
  '^apps/bridge/src/[^/]+/[^/]+\\.(command|adapters)\\.ts$',
  '^apps/(auth|publisher)/src/[^/]+/[^/]+\\.operator\\.ts$',
].join('|');

/** What an app offers to operators, put together with its adapters, for `bridge` to call. */
const operatorDoor = '^apps/(auth|publisher)/src/[^/]+/[^/]+\\.operator\\.ts$';
/** What the routes of an app are asked and answer. */
const routeTypes = '^apps/(auth|poller|publisher)/src/[^/]+\\.dto\\.ts$';

/** Behind the port apps/publisher/src/broker.ts. */
const brokerAdapter = '^apps/publisher/src/kafka/';

/** Where reading starts: programs, doors, and what is found by its folder instead of by an import. */
const roots = ['^apps/[^/]+/src/main\\.ts$', anyDoor, configDoor, '^libs/resources/src/[^/]+/descriptor\\.ts$'];

/** `from` may import what `allowed` lists, and nothing else. */
const only = (name, comment, from, allowed, to = {}) => ({
  name,
  comment,
  severity: 'error',
  from,
  to: { pathNot: allowed, ...to },
});

/** A lib: the folder itself and what is listed. Its tests have a rule of their own. */
const libRule = (name, comment, allowed, except = []) =>
  only(`lib-${name}`, comment, { path: `^libs/${name}/`, pathNot: [testOnly, ...except] }, [
    `^libs/${name}/src/`,
    ...allowed,
  ]);

/** An app: its own folder, the doors, and the packages listed. */
const appRule = (name, comment, packages, except = []) =>
  only(`app-${name}`, comment, { path: `^apps/${name}/`, pathNot: [testOnly, ...except] }, [
    `^apps/${name}/src/`,
    anyDoor,
    configDoor,
    anyNode,
    ...(packages.length === 0 ? [] : [npm(...packages)]),
  ]);

const http = [
  '@nestjs/(common|core|schedule|swagger)',
  '@fastify/[^/]+',
  'fastify',
  'class-validator',
  'class-transformer',
];

const cli = ['@bomb\\.sh/tab', 'cli-progress', 'cli-table3', 'commander'];

module.exports = {
  forbidden: [
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere is checked by no other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-circular',
      comment: 'Module-level code in a circle may see what is not there yet. A circle of types alone does no harm.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-dead-file',
      comment: 'No app and no door leads to this file: delete it, or wire it up.',
      severity: 'error',
      from: {
        path: roots,
      },
      to: { path: '^(apps|libs|config)/.+\\.ts$', pathNot: [testOnly, '\\.d\\.ts$', ...roots], reachable: false },
    },
    {
      name: 'no-production-import-of-tests',
      comment: 'Only tests import tests and their fixtures.',
      severity: 'error',
      from: { path: '^(apps|libs|config|deploy)/', pathNot: testOnly },
      to: { path: testOnly },
    },
    {
      name: 'declared-packages',
      comment: 'A package that package.json does not name is there by luck.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-dev-packages',
      comment: 'The image has no devDependencies.',
      severity: 'error',
      from: { path: '^(apps|libs|config)/', pathNot: [testOnly, '^config/(jest|lint)/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'] },
    },

    libRule('core', 'core is pure: hashing and UUIDv5 are all that it takes from outside.', [
      node('crypto'),
      npm('uuid'),
    ]),
    libRule(
      'resources',
      'A resource knows core and the schema library only.',
      [lib('core'), npm('typebox', 'ajv', 'ajv-formats')],
      ['^libs/resources/src/load-resources\\.ts$'],
    ),
    only(
      'resource-loader',
      'The loader alone looks at the file system.',
      { path: '^libs/resources/src/load-resources\\.ts$' },
      ['^libs/resources/src/[^/]+\\.ts$', lib('core'), npm('typebox', 'ajv', 'ajv-formats'), node('fs', 'path', 'url')],
    ),
    only(
      'resource-islands',
      'One resource never imports another: adding one touches one folder.',
      { path: '^libs/resources/src/([^/]+)/', pathNot: testOnly },
      ['^libs/resources/src/$1/', '^libs/resources/src/(?!index\\.|load-resources\\.)[^/]+\\.ts$', lib('core'), anyNpm],
    ),
    libRule('polar', 'The API client knows core.', [
      lib('core'),
      npm('undici', 'async-mutex'),
      node('crypto', 'timers/promises'),
    ]),
    libRule('store', 'PostgreSQL: the only place with SQL.', [lib('core'), npm('kysely', 'pg'), node('crypto')]),
    libRule('queue', 'Redis: the only place with BullMQ.', [
      lib('core'),
      npm('bullmq', 'ioredis'),
      node('crypto', 'timers/promises'),
    ]),
    libRule('platform', 'No business word: nothing of ours.', [anyNpm, anyNode]),
    only(
      'config',
      'config parses and validates; it knows core and runs nothing.',
      { path: '^config/', pathNot: [testOnly, '^config/(jest|lint)/'] },
      [
        '^config/(?!jest/|lint/)',
        lib('core'),
        npm('class-validator', 'class-transformer', 'reflect-metadata', 'yaml'),
        node('fs', 'net', 'path', 'crypto'),
      ],
    ),
    only('config-tools', 'Tool settings may start the services for tests.', { path: '^config/(jest|lint)/' }, [
      '^config/(jest|lint)/',
      '^deploy/local/',
      '^package\\.json$',
      anyNpm,
      anyNode,
    ]),

    appRule('auth', 'auth: HTTP and the OAuth exchange.', [...http, 'undici', 'cookie']),
    appRule('poller', 'poller: HTTP and the schedule.', http),
    appRule('publisher', 'publisher: HTTP. It talks to the broker through its port.', http, [brokerAdapter]),
    only(
      'broker-adapter',
      'The only place with a Kafka client, so that another one can take its place.',
      { path: brokerAdapter, pathNot: testOnly },
      ['^apps/publisher/src/', lib('core'), npm('kafkajs'), node('module', 'timers/promises', 'util', 'zlib')],
    ),
    only(
      'broker-behind-its-port',
      "Only the publisher's module names the adapter of the broker. Everything else takes the port, broker.ts.",
      { path: '^apps/publisher/', pathNot: [compositionRoot, testOnly, brokerAdapter] },
      ['^apps/publisher/src/(?!kafka/)', anyDoor, configDoor, anyNpm, anyNode],
    ),
    only(
      'kafka-clients-known',
      'Besides the adapter, only tests, benches and local tools have a Kafka client.',
      { path: '^(apps|libs|config|deploy)/', pathNot: [testOnly, brokerAdapter, '^deploy/local/'] },
      ['^(?!node_modules/(kafkajs|@platformatic/kafka)/)'],
    ),
    appRule('migrate', 'migrate: the schema, nothing else.', []),
    only(
      'app-bridge',
      "bridge: the operator's command line. It asks the services by HTTP, and calls what they offer to operators.",
      { path: '^apps/bridge/', pathNot: testOnly },
      ['^apps/bridge/src/', operatorDoor, routeTypes, anyDoor, configDoor, anyNode, npm(...cli)],
    ),
    {
      name: 'routes-are-types-to-bridge',
      comment:
        'bridge takes the types of what the routes answer, so that it notices when they change; it runs nothing of them.',
      severity: 'error',
      from: { path: '^apps/bridge/' },
      to: { path: routeTypes, dependencyTypesNot: ['type-only'] },
    },
    only(
      'apps-known',
      'Every app has a rule above that lists what it may import.',
      { path: '^apps/', pathNot: '^apps/(auth|poller|publisher|migrate|bridge)/' },
      ['^$'],
    ),
    only(
      'libs-known',
      'Every lib has a rule above that lists what it may import.',
      { path: '^libs/', pathNot: '^libs/(core|resources|polar|store|queue|platform)/' },
      ['^$'],
    ),
    only(
      'adapters-in-composition-roots',
      "Only an app's module names its adapters (polar, store, queue). Everything else takes ports; types are free.",
      { path: '^apps/', pathNot: [compositionRoot, testOnly] },
      ['^apps/', pureDoors, configDoor, anyNpm, anyNode],
      { dependencyTypesNot: ['type-only'] },
    ),

    only(
      'tests-stay-home',
      'A test of an app, a lib or config sees its own folder, the doors, and what test/ offers to all tests.',
      { path: '^((?:apps|libs)/[^/]+|config)/.*\\.(spec|fixture)\\.ts$' },
      ['^$1/', anyDoor, configDoor, '^test/simulator/index\\.ts$', '^test/integration/[^/]+\\.ts$', anyNpm, anyNode],
    ),
    only(
      'simulator-is-independent',
      'The simulator is the other side: it must not share our mistakes.',
      { path: '^test/simulator/' },
      ['^test/simulator/', anyNpm, anyNode],
    ),
    only(
      'tests-use-doors',
      "Tests of several modules use the doors; an app's is its module, and bridge's its program. Only the planner is measured without its app, only fault points know its parts, and only the README's consumer takes a file along, as its readers do.",
      {
        path: '^test/',
        pathNot: '^test/(simulator/|simulate/|bench/planner\\.ts$|chaos/points/wraps\\.ts$|readers/readme\\.ts$)',
      },
      ['^test/', '^deploy/', '^config/contracts/', '^package\\.json$', anyDoor, appDoor, configDoor, anyNpm, anyNode],
    ),
    only(
      'simulation-plays-the-sentences',
      'The simulation wires the parts of poller, publisher and their libs itself, with fakes in the place of services. It starts none.',
      { path: '^test/simulate/', pathNot: testOnly },
      [
        '^test/simulate/',
        '^test/simulator/random\\.ts$',
        '^test/integration/until\\.ts$',
        '^apps/(poller|publisher)/src/',
        '^libs/[^/]+/src/',
        npm('bullmq', '@jest/globals'),
        npm('@swc/core'),
        anyNode,
      ],
    ),
    only(
      'examples-stand-alone',
      'An example is there to be copied: it has nothing of ours but the types of the events, and a file that mends kafkajs.',
      { path: '^examples/' },
      ['^examples/', '^config/contracts/types/', '^apps/publisher/src/kafka/aborted\\.ts$', npm('kafkajs'), anyNode],
    ),
    only(
      'deploy-runs-only-what-is-built',
      'Local tools start the built apps and the simulator; they import none of our code.',
      { path: '^deploy/' },
      ['^deploy/', '^test/', anyNpm, anyNode],
    ),
  ],
  options: {
    doNotFollow: { path: '^node_modules/' },
    exclude: { path: '^(dist|\\.cache)/' },
    parser: 'tsc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    webpackConfig: { fileName: 'config/lint/dependency-cruiser.resolve.cjs' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
    skipAnalysisNotInRules: true,
  },
};
