import { hash32, uniform53, usageError } from '../core/index.js';
import type { Hole } from './template.js';

/** Gives the byte string that a hole stands for in a hit. Follows from (seed, hit) wherever it is random. */
export type ValueSource = (hit: number) => string;

export interface VariableContext {
  readonly seed: number;
  /** Which worker renders, from 0. */
  readonly worker: number;
}

/** A variable: one entry here is all it takes. */
interface Variable {
  /** Its arguments as help shows them. */
  readonly args: string;
  readonly create: (args: Arguments, context: VariableContext) => ValueSource;
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const MAX_STRING = 1 << 20;

// Streams keep the draws of different variables apart; the values are arbitrary and fixed.
const STREAM = { uuid: 0x75756964, randomInt: 0x72696e74, randomString: 0x72737472 } as const;

/** The arguments of one hole, checked as they are taken. */
class Arguments {
  readonly #hole: Hole;
  readonly #usage: string;

  constructor(hole: Hole, usage: string) {
    this.#hole = hole;
    this.#usage = usage;
  }

  count(expected: number): void {
    if (this.#hole.args.length !== expected) this.#refuse(`takes ${expected} argument(s)`);
  }

  integer(index: number, name: string, min: number, max: number): number {
    const text = this.#hole.args[index] ?? '';
    const value = Number(text);
    if (text === '' || !Number.isSafeInteger(value) || value < min || value > max) {
      this.#refuse(`${name} must be an integer in [${min}, ${max}], got ${JSON.stringify(text)}`);
    }
    return value;
  }

  #refuse(why: string): never {
    throw usageError(`${this.#hole.source}: ${why}`, `usage: {{${this.#usage}}}`);
  }
}

const variables: Readonly<Record<string, Variable>> = {
  hit: { args: '', create: () => (hit) => String(hit) },
  worker: {
    args: '',
    create: (_, { worker }) => {
      const text = String(worker);
      return () => text;
    },
  },
  timestamp: { args: '', create: () => () => new Date().toISOString() },
  timestampUnix: { args: '', create: () => () => String(Math.floor(Date.now() / 1000)) },
  timestampUnixMilli: { args: '', create: () => () => String(Date.now()) },
  timestampUnixNano: { args: '', create: () => () => unixNano() },
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
  const name = (Object.hasOwn(aliases, hole.name) ? aliases[hole.name] : undefined) ?? hole.name;
  if (!Object.hasOwn(variables, name)) return null;
  const variable = variables[name] as Variable;
  const args = new Arguments(hole, variable.args === '' ? hole.name : variable.args);
  if (variable.args === '') args.count(0);
  return variable.create(args, context);
}

/** Wall time; the microseconds come from the performance clock, as Date has milliseconds only. */
function unixNano(): string {
  const ms = performance.timeOrigin + performance.now();
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
