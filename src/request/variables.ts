import { hash32, parseNumber, uniform53, ZipfireError } from '../core/index.js';
import { Arguments } from './arguments.js';
import { byteString } from './bytes.js';
import { createPick } from './sizes.js';
import type { Hole } from './template.js';

/** Gives the byte string that a hole stands for in a hit. Follows from (seed, hit) wherever it is random. */
export type ValueSource = (hit: number) => string;

export interface VariableContext {
  readonly seed: number;
  /** Which worker renders, from 0. */
  readonly worker: number;
  /** The numbers of keys, by generator: what `hex` and `int64` write. */
  readonly numbers?: Readonly<Record<string, (hit: number) => number>>;
}

/** A variable: one entry here is all it takes, and its line in docs/templates.md. */
interface Variable {
  /** Its arguments as help shows them. */
  readonly args: string;
  /** Whether its values differ in more than digits and letters, so that one says nothing of the others. */
  readonly mixed?: true;
  readonly create: (args: Arguments, context: VariableContext) => ValueSource;
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const MAX_STRING = 1 << 20;
/** A hit is below 2^53 − 2^52, or that far above 2^52, so the sum is a number that is whole. */
const MAX_START = 2 ** 51;

// Streams keep the draws of different variables apart; the values are arbitrary and fixed.
const STREAM = {
  uuid: 0x75756964,
  randomInt: 0x72696e74,
  randomString: 0x72737472,
  randomBase64: 0x72623634,
  choose: 0x63686f6f,
  weighted: 0x77676874,
} as const;

const variables: Readonly<Record<string, Variable>> = {
  hit: { args: '', create: () => (hit) => String(hit) },
  sequence: {
    args: 'sequence [start]',
    create: (args) => {
      args.count(0, 1);
      const start = args.all.length === 0 ? 1 : args.integer(0, 'start', 0, MAX_START);
      return (hit) => String(start + hit);
    },
  },
  worker: {
    args: '',
    create: (_, { worker }) => {
      const text = String(worker);
      return () => text;
    },
  },
  timestamp: {
    args: 'timestamp [+60s]',
    create: (args) => {
      const offsetMs = offsetOf(args);
      return () => new Date(Date.now() + offsetMs).toISOString();
    },
  },
  timestampUnix: {
    args: 'timestampUnix [+60s]',
    create: (args) => {
      const offsetMs = offsetOf(args);
      return () => String(Math.floor((Date.now() + offsetMs) / 1000));
    },
  },
  timestampUnixMilli: {
    args: 'timestampUnixMilli [+60s]',
    create: (args) => {
      const offsetMs = Math.round(offsetOf(args));
      return () => String(Date.now() + offsetMs);
    },
  },
  timestampUnixNano: {
    args: 'timestampUnixNano [+60s]',
    create: (args) => {
      const offsetMs = offsetOf(args);
      return () => unixNano(offsetMs);
    },
  },
  uuid: {
    args: '',
    create:
      (_, { seed }) =>
      (hit) =>
        uuid(seed, hit),
  },
  randomInt: {
    args: 'randomInt min max',
    create: (args, { seed }) => {
      args.count(2);
      const min = args.integer(0, 'min', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
      const max = args.integer(1, 'max', min, Number.MAX_SAFE_INTEGER);
      const span = max - min + 1;
      return (hit) => String(min + Math.floor(uniform53(seed, STREAM.randomInt, hit, 0) * span));
    },
  },
  randomString: {
    args: 'randomString length',
    create: (args, { seed }) => {
      args.count(1);
      const length = args.integer(0, 'length', 1, MAX_STRING);
      return (hit) => randomString(seed, hit, length);
    },
  },
  randomBase64: {
    args: 'randomBase64 bytes',
    mixed: true,
    create: (args, { seed }) => {
      args.count(1);
      const words = new Uint32Array(Math.ceil(args.integer(0, 'bytes', 1, MAX_STRING) / 4));
      const bytes = Buffer.from(words.buffer).subarray(0, Number(args.all[0]));
      return (hit) => {
        for (let i = 0; i < words.length; i++) words[i] = hash32(seed, STREAM.randomBase64, hit, i);
        return bytes.toString('base64');
      };
    },
  },
  choose: {
    args: 'choose a b …',
    mixed: true,
    create: (args, { seed }) => {
      args.count(1, Number.POSITIVE_INFINITY);
      const options = args.all.map(byteString);
      return (hit) => options[Math.floor(uniform53(seed, STREAM.choose, hit, 0) * options.length)] as string;
    },
  },
  weighted: {
    args: 'weighted a:90 b:10 …',
    mixed: true,
    create: (args, { seed }) => {
      args.count(1, Number.POSITIVE_INFINITY);
      const options = args.all.map((text) => weightedOption(text, args));
      if (options.every(({ weight }) => weight === 0)) args.refuse('the weights sum to nothing');
      const values = options.map(({ value }) => byteString(value));
      const pick = createPick(options.map(({ weight }) => weight));
      return (hit) => values[pick(uniform53(seed, STREAM.weighted, hit, 0))] as string;
    },
  },
  hex: {
    args: 'hex key digits',
    create: (args, context) => {
      args.count(2);
      const number = numberOf(args, context);
      const digits = args.integer(1, 'digits', 1, 16);
      return (hit) => number(hit).toString(16).padStart(digits, '0');
    },
  },
  int64: {
    args: 'int64 key',
    mixed: true,
    create: (args, context) => {
      args.count(1);
      const number = numberOf(args, context);
      const bytes = Buffer.alloc(8);
      return (hit) => {
        const value = number(hit);
        bytes.writeUInt32BE(Math.floor(value / 2 ** 32), 0);
        bytes.writeUInt32BE(value >>> 0, 4);
        return bytes.toString('latin1');
      };
    },
  },
};

/** As ghz writes them, for templates that come from there; docs/from-ghz.md has the differences. */
const aliases: Readonly<Record<string, string>> = {
  '.RequestNumber': 'hit',
  '.WorkerID': 'worker',
  '.Timestamp': 'timestamp',
  '.TimestampUnix': 'timestampUnix',
  '.TimestampUnixMilli': 'timestampUnixMilli',
  '.TimestampUnixNano': 'timestampUnixNano',
  '.UUID': 'uuid',
  newUUID: 'uuid',
};

/** Names of all variables, for messages and help. */
export const variableNames: readonly string[] = Object.keys(variables);

/**
 * The source of a variable's values; null when there is no such variable.
 * @throws ZipfireError `usage` for wrong arguments
 */
export function createVariable(hole: Hole, context: VariableContext): ValueSource | null {
  const variable = variableOf(hole.name);
  if (variable === undefined) return null;
  const args = new Arguments(hole, variable.args === '' ? hole.name : variable.args);
  if (variable.args === '') args.count(0);
  return variable.create(args, context);
}

/** Whether one value of a variable says nothing of the characters in the others. */
export function isMixed(name: string): boolean {
  return variableOf(name)?.mixed === true;
}

/** The key generator whose number a hole writes in another form; undefined when it does no such thing. */
export function keyWritten({ name, args }: Pick<Hole, 'name' | 'args'>): string | undefined {
  return name === 'hex' || name === 'int64' ? args[0] : undefined;
}

function variableOf(name: string): Variable | undefined {
  const own = (Object.hasOwn(aliases, name) ? aliases[name] : undefined) ?? name;
  return Object.hasOwn(variables, own) ? variables[own] : undefined;
}

function offsetOf(args: Arguments): number {
  args.count(0, 1);
  return args.offsetMs(0);
}

/** `canary:10`; the last colon counts. */
function weightedOption(text: string, args: Arguments): { value: string; weight: number } {
  const colon = text.lastIndexOf(':');
  try {
    if (colon > 0) return { value: text.slice(0, colon), weight: parseNumber(text.slice(colon + 1)) };
  } catch (error) {
    if (!(error instanceof ZipfireError)) throw error;
  }
  return args.refuse(`expected value:weight, such as canary:10, got ${JSON.stringify(text)}`);
}

/** What the first argument numbers: a key generator, or the hits. */
function numberOf(args: Arguments, { numbers = {} }: VariableContext): (hit: number) => number {
  const name = args.all[0] ?? '';
  if (Object.hasOwn(numbers, name)) return numbers[name] as (hit: number) => number;
  if (name === 'hit') return (hit) => hit;
  const known = [...Object.keys(numbers), 'hit'].join(', ');
  return args.refuse(`${JSON.stringify(name)} names no keys; known here: ${known}`);
}

/** Wall time; the microseconds come from the performance clock, as Date has milliseconds only. */
function unixNano(offsetMs: number): string {
  const ms = performance.timeOrigin + performance.now() + offsetMs;
  const whole = Math.floor(ms);
  return `${whole}${String(Math.floor((ms - whole) * 1e6)).padStart(6, '0')}`;
}

/** RFC 9562 version 4, from the seed: two runs with one seed send the same ids. */
function uuid(seed: number, hit: number): string {
  const a = hex(hash32(seed, STREAM.uuid, hit, 0));
  const b = hex((hash32(seed, STREAM.uuid, hit, 1) & 0xffff0fff) | 0x4000);
  const c = hex((hash32(seed, STREAM.uuid, hit, 2) & 0x3fffffff) | 0x80000000);
  const d = hex(hash32(seed, STREAM.uuid, hit, 3));
  return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

function randomString(seed: number, hit: number, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) {
    text += ALPHANUMERIC[Math.floor(uniform53(seed, STREAM.randomString, hit, i) * ALPHANUMERIC.length)];
  }
  return text;
}
