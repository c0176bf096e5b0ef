/**
 * Which room may import which. A room is a folder of src/; a rule that is not here does not hold.
 * `npm run depcheck` runs it, and proves with planted imports that it catches (scripts/dependency-rules.js).
 */
const rooms = {
  core: [],
  // Logs of requests as lines, and what their fields are.
  log: ['core'],
  keys: ['core', 'log'],
  request: ['core'],
  pace: ['core'],
  wire: ['core'],
  // Templates are a language of their own, which messages are written in.
  grpc: ['core', 'wire', 'request'],
  drivers: ['core', 'wire', 'grpc', 'request'],
  record: ['core'],
  // A log as requests that are sent again.
  replay: ['core', 'log', 'request'],
  engine: ['core', 'keys', 'request', 'replay', 'pace', 'wire', 'grpc', 'drivers', 'record'],
  // And whose words it checks: keys, templates, schedules, gates, metadata.
  profile: ['core', 'keys', 'request', 'pace', 'gate', 'wire'],
  // A window of a gate is a tally like that of the run.
  gate: ['core', 'record'],
  // Tests and intervals on few runs.
  statistics: ['core'],
  compare: ['core', 'statistics'],
  // Runs load through a function that it is given.
  capacity: ['core'],
  report: ['core'],
  // What watches a run while it goes on: a page, receivers of metrics.
  live: ['core', 'record', 'pace', 'report'],
  // Looks at a target from outside: procfs, metrics pages, perf.
  observe: ['core'],
  // What a result's timeline and its target's signals say of each other.
  diagnose: ['core'],
  // Probes speak the protocols byte by byte; experiments are compared as results are.
  advisor: ['core', 'drivers', 'wire', 'statistics', 'observe'],
  target: ['core'],
};
/** Puts the parts together, so it may import every room. */
const hub = 'cli';
const everyRoom = [...Object.keys(rooms), hub];

/** Rooms that take values and give values. */
const pure = [
  'core',
  'log',
  'keys',
  'pace',
  'wire',
  'record',
  'gate',
  'statistics',
  'compare',
  'capacity',
  'diagnose',
  'report',
];
/** Rooms that may open a socket. */
const withSockets = ['drivers', 'target', 'grpc', 'advisor', 'observe', 'live', hub];
/** Rooms that may ask `node:net` whether a text is an address. */
const withAddresses = ['profile'];

/** The rooms each runtime dependency is for. */
const packages = {
  'hdr-histogram-js': ['record', 'report', 'compare'],
  undici: ['drivers', 'advisor'],
  '@bufbuild/protobuf': ['grpc', 'live'],
  yaml: ['profile', 'advisor'],
  'dockerfile-ast': ['advisor'],
  zod: ['profile'],
  chalk: ['report', hub],
  yargs: [hub],
};

const sockets = 'tls|http|https|http2|dgram';
// `x.test.ts`, and what specs share: `x.test.kit.ts`, `x.fixture.ts`.
const specs = ['\\.test\\.ts$', '\\.test\\.kit\\.ts$', '\\.fixture\\.ts$'];
const oneOf = (names) => `^src/(${names.join('|')})/`;
const builtin = (names) => `^(node:)?(${names})$`;

/** Specs are free: they may look at anything. `pathNot` says so in every rule. */
const forbid = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { ...from, pathNot: [...specs, ...(from.pathNot ?? [])] },
  to,
});

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, allowed]) =>
      forbid(
        `room-${room}`,
        `src/${room} may import ${allowed.join(', ') || 'no other room'}`,
        { path: `^src/${room}/` },
        { path: '^src/', pathNot: oneOf([room, ...allowed]) },
      ),
    ),
    forbid(
      'room-unknown',
      'every folder of src/ is in the table above',
      { path: '^src/', pathNot: [oneOf(everyRoom)] },
      {},
    ),
    forbid(
      'sockets',
      `only ${withSockets.join(', ')} open sockets`,
      { path: '^src/', pathNot: [oneOf(withSockets)] },
      { path: builtin(sockets) },
    ),
    forbid(
      'sockets-net',
      `only ${withSockets.join(', ')} open sockets`,
      { path: '^src/', pathNot: [oneOf([...withSockets, ...withAddresses])] },
      { path: builtin('net') },
    ),
    forbid(
      'pure',
      `${pure.join(', ')} touch no file, thread or process`,
      { path: oneOf(pure) },
      { path: builtin('fs|fs/promises|child_process|worker_threads|cluster|readline|readline/promises') },
    ),
    ...Object.entries(packages).map(([name, homes]) =>
      forbid(
        `package-${name}`,
        `${name} is for ${homes.join(', ')}`,
        { path: '^src/', pathNot: [oneOf(homes)] },
        { path: `(^|/)node_modules/(@types/)?${name}/` },
      ),
    ),
    forbid(
      'package-unlisted',
      'a runtime dependency has its rooms in the table above, and its reason in docs/dependencies.md',
      { path: '^src/' },
      { path: `(^|/)node_modules/(?!(@types/)?(${Object.keys(packages).join('|')}|node)/)` },
    ),
    forbid('no-spec', 'the product does not import its specs', { path: '^src/' }, { path: specs }),
    forbid(
      'no-output',
      'sources import sources',
      { path: '^src/' },
      { path: '^(dist|build|test|bench|scripts)/' },
    ),
    forbid('resolvable', 'what is imported exists', { path: '^src/' }, { couldNotResolve: true }),
    // Two files may name each other's types: nothing is loaded for that.
    forbid(
      'no-cycle',
      'a cycle has no first file to load',
      { path: '^src/' },
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
  ],
  options: {
    // Imports of types count: a room that names another's types depends on it.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
