import { fileURLToPath } from 'node:url';

// One jest for three suites. A suite is chosen by the file's suffix:
// *.spec.ts needs nothing, *.integration.spec.ts needs PostgreSQL, Redis and Kafka, *.e2e.spec.ts also the built apps.
const rootDir = fileURLToPath(new URL('../..', import.meta.url));

const base = {
  rootDir,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  resolver: '<rootDir>/config/jest/resolver.cjs',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          experimental: { keepImportAttributes: true },
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'es6' },
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.cache'],
  injectGlobals: false,
};

export default {
  rootDir,
  maxWorkers: 2,
  // Tests wait for conditions, not for time: this only ends what hangs, on a busy machine too.
  testTimeout: 60_000,
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.integration\\.spec\\.ts$', '\\.e2e\\.spec\\.ts$'],
    },
    {
      ...base,
      displayName: 'integration',
      testMatch: ['**/*.integration.spec.ts'],
      globalSetup: '<rootDir>/config/jest/services.setup.mjs',
      globalTeardown: '<rootDir>/config/jest/services.teardown.mjs',
    },
    {
      ...base,
      // no globalSetup: these tests restart services, so each starts its own
      displayName: 'e2e',
      testMatch: ['**/*.e2e.spec.ts'],
    },
  ],
};
