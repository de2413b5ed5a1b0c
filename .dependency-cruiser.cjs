/**
 * What may import what. `events` is the vocabulary and knows nobody; `commands` (deciders) and
 * `projections` (folds) are pure and know only the vocabulary; everything with an effect lives in
 * `modules`. A spec beside the code may also import fast-check and the pure parts of the test
 * harness, and what reads the frozen events from disk for it.
 */
const spec = '[.]spec[.]ts$';
const forSpecs =
  '(^|/)node_modules/fast-check/|^test/harness/(given-when-then|histories|articles|event-fixtures)[.]ts$';

/** A pure folder imports itself, `allowed` and zod: no Node, no Nest, no database, no broker. */
const pure = (folder, allowed = []) => {
  const own = ['(^|/)node_modules/zod/', ...[folder, ...allowed].map((name) => `^src/${name}/`)];
  const comment = `src/${folder} imports only itself, ${[...allowed.map((name) => `src/${name}`), 'zod'].join(' and ')}`;
  return [
    {
      name: `${folder}-are-pure`,
      comment,
      severity: 'error',
      from: { path: `^src/${folder}/`, pathNot: spec },
      to: { pathNot: own },
    },
    {
      name: `${folder}-specs-are-pure`,
      comment: `${comment}; its specs also fast-check, the pure test harness, and fixtures`,
      severity: 'error',
      from: { path: `^src/${folder}/.*${spec}` },
      to: { pathNot: [...own, forSpecs] },
    },
  ];
};

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...pure('events'),
    ...pure('commands', ['events']),
    ...pure('projections', ['events']),
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'kafkajs-behind-its-port',
      comment: 'kafkajs is unmaintained: only src/modules/kafka knows its traps.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/modules/kafka/' },
      to: { path: '(^|/)node_modules/kafkajs/' },
    },
    {
      name: 'opentelemetry-on-demand',
      comment:
        'A process that traces nothing loads none of the SDK: all of it is behind one import().',
      severity: 'error',
      from: { path: '^(src|scripts)/', pathNot: '^src/modules/telemetry/otlp/' },
      to: { path: '(^|/)node_modules/@opentelemetry/(?!api/)' },
    },
    {
      name: 'opentelemetry-by-one-import',
      comment: 'See opentelemetry-on-demand.',
      severity: 'error',
      from: {
        path: '^(src|scripts)/',
        pathNot: '^src/modules/telemetry/(otlp/|open-telemetry[.]ts$)',
      },
      to: { path: '^src/modules/telemetry/otlp/' },
    },
    {
      name: 'src-stands-alone',
      comment: 'The application runs without its operator scripts and its tests.',
      severity: 'error',
      from: { path: '^src/', pathNot: spec },
      to: { path: '^(scripts|test)/' },
    },
    {
      name: 'client-stands-alone',
      comment: 'The client runs on Node alone, and knows the server by its published contract.',
      severity: 'error',
      from: { path: '^client/.*[.]ts$', pathNot: spec },
      to: { pathNot: '^client/|^(node:)?(crypto|timers/promises)$' },
    },
    {
      name: 'no-tests-in-production',
      severity: 'error',
      from: { path: '^(src|scripts|client)/', pathNot: spec },
      to: { path: spec },
    },
    {
      name: 'resolvable',
      comment:
        'An import that resolves to nothing escapes every other rule; the bench installs some itself.',
      severity: 'error',
      from: { pathNot: '^scripts/bench/emmett/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment: 'What runs in production is a production dependency.',
      severity: 'error',
      from: { path: '^(src|scripts)/', pathNot: [spec, '^scripts/bench'] },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.check.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'default', 'types'],
    },
  },
};
