import type { Argv } from 'yargs';
import { parseCount, parseDurationMs, parseRate, parseShare, usageError } from '../../core/index.js';
import type { RunFlags } from '../../profile/index.js';
import { callFlags } from '../call-flags.js';
import { addFlags, atFlag, type Flag, flag, list, readFlagValues, text } from '../flag-table.js';
import { runFlagGroups } from '../run-flags.js';
import { readSignalFlags, type SignalFlags, signalFlags } from '../watch/signal-flags.js';

const search: Record<string, Flag> = {
  gate: list("what a rate has to meet: 'p99 < 50ms'; again for more [errors < 0.1%, qps >= 99% of rate]"),
  from: text('lowest rate to try [what a closed loop suggests]'),
  to: text('highest rate to try'),
  precision: text('how far apart the rate that passes and the one that fails may be [2%]'),
  repeat: text('runs of a step, of which the majority decides [3]'),
  step: text('measured time of a run [5s]'),
  warmup: text('time before it, at the same rate [1s]'),
  'cool-down': text('longest wait for the service to come to rest after a run that failed [10s]'),
  'max-time': text('of all of it; what was found until then is reported [5m]'),
  connections: text('connections [as many as the service needs, 1024 at most]; of a sweep 1,2,4 or 1..128', {
    alias: 'c',
  }),
  sweep: text('connections: closed loops with ever more of them, and the Universal Scalability Law'),
};

/** With the letters that they have of `zipfire grpc`. */
const call: Record<string, Flag> = {
  ...callFlags,
  data: { ...(callFlags['data'] as Flag), alias: 'd' }, // it is in that table
  metadata: { ...(callFlags['metadata'] as Flag), alias: 'm' },
};

const output: Record<string, Flag> = {
  'at-least': text('exit 3 when it carries less than this rate, 5 when that cannot be told'),
  out: text('write the capacity as JSON; - is stdout'),
  html: text('write a page with its curve: one file that needs nothing else'),
  name: text('name of the service, for the report'),
  quiet: flag('no progress on stderr', { alias: 'q' }),
};

/** Flags of `run` that a step sets itself, and what there is in their place. */
const inTheirPlace: ReadonlyMap<string, string> = new Map([
  ['duration', '--step 5s is the measured time of each run, and --max-time that of all'],
  ['requests', '--step 5s is the measured time of each run'],
  ['rate', '--from and --to are the lowest and the highest rate to try'],
  ['stages', '--from and --to are the lowest and the highest rate to try'],
]);

// The target of a script is the argument here.
const notOurs = new Set([
  ...inTheirPlace.keys(),
  'connection-stages',
  'concurrency-stages',
  'grace',
  'target',
]);

/** The other flags of `run`: taken, and left to its help. */
const load: Record<string, Flag> = Object.fromEntries(
  ['Load:', 'Request:', 'Connection:']
    .flatMap((group) => Object.entries(runFlagGroups[group] ?? {}))
    .filter(([name]) => !notOurs.has(name) && !Object.hasOwn(search, name))
    .map(([name, options]) => [name, { ...options, hidden: true }]),
);

/** Known, so that whoever gives one is told better. */
const refused: Record<string, Flag> = Object.fromEntries(
  Object.entries(runFlagGroups['Load:'] ?? {})
    .filter(([name]) => inTheirPlace.has(name))
    // -d is the data of a call here.
    .map(([name, { alias, ...options }]) => [
      name,
      { ...options, ...(alias === undefined || alias === 'd' ? {} : { alias }), hidden: true },
    ]),
);

export const capacityFlagNames = [search, call, signalFlags, output, load].flatMap((flags) =>
  Object.keys(flags),
);

/** What the help shows unasked. */
export const usualCapacityFlags = [
  'gate',
  'from',
  'to',
  'precision',
  'repeat',
  'step',
  'max-time',
  'connections',
  'sweep',
  'call',
  'data',
  'pid-of-port',
  'at-least',
  'out',
  'html',
  'quiet',
];

export function addCapacityFlags(yargs: Argv): Argv {
  const hidden = { ...load, ...refused };
  return addFlags(yargs, {
    'Search:': search,
    'Call:': call,
    'Diagnosis:': signalFlags,
    'Result:': output,
    'Load:': hidden,
  });
}

/** What is asked for, besides the load itself. Rates per second. */
export interface CapacityFlags {
  /** Those of `run`; connections, workers and gates among them. */
  readonly run: RunFlags;
  readonly sweep: boolean;
  /** Of a sweep, ascending. */
  readonly counts: readonly number[];
  readonly from: number | null;
  readonly to: number | null;
  readonly precision: number;
  readonly repeat: number;
  readonly stepMs: number;
  /** Null: a fifth of the step, a second at most. */
  readonly warmupMs: number | null;
  readonly coolDownMs: number;
  readonly maxTimeMs: number;
  readonly atLeast: number | null;
  /** Files by format's flag: `out`, `html`. */
  readonly outputs: ReadonlyMap<string, string>;
  /** Null: the service is not looked at. */
  readonly signals: SignalFlags | null;
  readonly quiet: boolean;
}

const MOST_REPEATS = 25;
const MOST_POINTS = 64;
const MOST_CONNECTIONS = 100_000;
const DAY_MS = 86_400_000;

/** @throws ZipfireError `usage` */
export function readCapacityFlags(argv: Readonly<Record<string, unknown>>): CapacityFlags {
  for (const [name, instead] of inTheirPlace)
    if (argv[name] !== undefined)
      throw usageError(`--${name} is what capacity finds or sets itself`, instead);
  if (argv['call'] === undefined && isDuration(argv['data']))
    throw usageError('-d is the message of a --call', '--step 5s is the measured time of each run');
  const values = readFlagValues(argv, { ...search, ...output, ...load });
  const read = <T>(name: string, parse: (text: string) => T): T | null => {
    const value = values[name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
    return typeof value === 'string' ? atFlag(name, () => parse(value)) : null;
  };
  const sweep = read('sweep', readSweep) ?? false;
  const [from, to] = [read('from', positiveRate), read('to', positiveRate)];
  if (from !== null && to !== null && from > to)
    throw usageError('--from is above --to', 'give the lower one first');
  const onlyRate =
    sweep && ['from', 'to', 'precision', 'atLeast', 'coolDown'].find((name) => values[name] !== undefined);
  if (onlyRate) {
    const name = onlyRate.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw usageError(`--${name} is for the search of a rate`, 'leave it out, or leave --sweep out');
  }
  const { repeat: _repeat, warmup: _warmup, connections, ...rest } = values;
  const stepMs = read('step', (text) => span(text, 50, DAY_MS)) ?? 5000;
  return {
    run: {
      ...pickRunFlags(rest),
      ...(sweep || connections === undefined ? {} : { connections: String(connections) }),
    },
    sweep,
    counts: sweep ? (read('connections', readCounts) ?? readCounts('1..128')) : [],
    from,
    to,
    precision: read('precision', (text) => within(parseShare(text), 0.001, 0.5, '0.1% to 50%')) ?? 0.02,
    repeat: read('repeat', (text) => within(parseCount(text), 1, MOST_REPEATS, `1 to ${MOST_REPEATS}`)) ?? 3,
    stepMs,
    warmupMs: read('warmup', (text) => span(text, 0, DAY_MS)),
    coolDownMs: read('cool-down', (text) => span(text, 0, DAY_MS)) ?? 10_000,
    maxTimeMs: read('max-time', (text) => span(text, 1000, DAY_MS)) ?? 300_000,
    atLeast: read('at-least', positiveRate),
    outputs: new Map(
      ['out', 'html'].flatMap((name) => {
        const path = values[name];
        return typeof path === 'string' ? [[name, path] as const] : [];
      }),
    ),
    signals: readSignalFlags(argv),
    quiet: values['quiet'] === true,
  };
}

/** What `run` takes too: its flags of the load, the name and the gates. */
function pickRunFlags(values: Readonly<Record<string, unknown>>): RunFlags {
  const names = readFlagValues(
    Object.fromEntries([...Object.keys(load), 'gate', 'name'].map((n) => [n, n])),
    {
      ...load,
      gate: list(''),
      name: text(''),
    },
  );
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => Object.hasOwn(names, name)),
  ) as RunFlags;
}

/** What -d takes elsewhere. */
function isDuration(value: unknown): boolean {
  return typeof value === 'string' && /^[\d._]+\s*(ms|s|m|h)?$/i.test(value);
}

function readSweep(value: string): true {
  if (value === 'connections') return true;
  throw usageError('expected connections', '--sweep connections');
}

/** `1,2,4,8`, or `1..128`: doubled from the first to the last. */
function readCounts(value: string): number[] {
  const range = /^([^.,]+)\.\.([^.,]+)$/.exec(value.trim());
  const numbers = (range === null ? value.split(',') : [range[1] ?? '', range[2] ?? '']).map((part) =>
    within(parseCount(part.trim()), 1, MOST_CONNECTIONS, `1 to ${MOST_CONNECTIONS}`),
  );
  const [first = 1, last = 1] = numbers;
  if (range !== null && first > last) throw usageError('the first is above the last', '1..128');
  const doubled = [];
  for (let n = first; range !== null && n < last; n *= 2) doubled.push(n);
  const counts = range === null ? numbers : [...doubled, last];
  const distinct = [...new Set(counts)].sort((a, b) => a - b);
  if (distinct.length > MOST_POINTS) throw usageError(`${MOST_POINTS} points at most`);
  return distinct;
}

function positiveRate(value: string): number {
  return within(parseRate(value), 0.001, 1e7, 'above 0, and 10M/s at most');
}

/** As for `run`, a duration without a unit is in seconds. */
function span(value: string, leastMs: number, mostMs: number): number {
  const ms = parseDurationMs(/^[\d.]+$/.test(value) ? `${value}s` : value);
  return within(ms, leastMs, mostMs, `${leastMs} ms to ${mostMs / 3_600_000} h`);
}

function within(value: number, least: number, most: number, range: string): number {
  if (value >= least && value <= most) return value;
  throw usageError(`expected ${range}`);
}
