import { z } from 'zod';
import { parseDurationMs, parseNumber, type ThinkTime, usageError, ZipfireError } from '../../core/index.js';
import { isRecord } from '../records.js';
import { describe, type Json, kindOf, scalarText, value } from '../schema-parts.js';

/** A user that thinks for longer is none that a measurement waits for. */
const MAX_THINK_MS = 24 * 3_600_000;
/** What an exponential or a normal think time goes up to where nothing is said: hardly ever met. */
const DEFAULT_MAX_OF_MEAN = 20;

export const captureSchema = z.strictObject({
  header: value(String, {
    type: 'string',
    description: 'The value of this header of the response.',
    examples: ['etag'],
  }).optional(),
  json: value(String, {
    type: 'string',
    description: 'A JSON pointer into the content.',
    examples: ['/data/0/id'],
  }).optional(),
  regex: value(String, {
    type: 'string',
    description:
      'A regular expression for that, or for the content: its first group is the value, or the whole match.',
    examples: ['token=(\\w+)'],
  }).optional(),
  default: value(String, {
    type: ['string', 'number', 'boolean'],
    description: 'What it is when nothing was captured. Left out: what needs it is not sent.',
  }).optional(),
});

const durationMs = (raw: unknown): number => {
  const ms = parseDurationMs(scalarText(raw));
  if (ms > MAX_THINK_MS) throw usageError(`expected 24h at most, read ${kindOf(raw)}`);
  return ms;
};

type Params = Readonly<Record<string, unknown>>;

const drawn: Readonly<Record<string, (params: Params) => ThinkTime>> = {
  uniform(params) {
    const { min, max } = only(params, ['min', 'max'], 'uniform');
    const [minMs, maxMs] = [durationMs(min), durationMs(max)];
    if (minMs > maxMs) throw usageError('uniform: min is above max');
    return { kind: 'uniform', minMs, maxMs };
  },
  exponential(params) {
    const { mean, max } = only(params, ['mean'], 'exponential', ['max']);
    const meanMs = durationMs(mean);
    return { kind: 'exponential', meanMs, maxMs: mostMs(max, meanMs) };
  },
  normal(params) {
    const { mean, deviation, max } = only(params, ['mean', 'deviation'], 'normal', ['max']);
    const meanMs = durationMs(mean);
    const deviationMs = durationMs(deviation);
    return { kind: 'normal', meanMs, deviationMs, maxMs: mostMs(max, meanMs + deviationMs) };
  },
};

function mostMs(max: unknown, meanMs: number): number {
  return max === undefined ? Math.min(MAX_THINK_MS, DEFAULT_MAX_OF_MEAN * meanMs) : durationMs(max);
}

/** The parameters, all that are needed and no other. */
function only(params: Params, needed: readonly string[], of: string, more: readonly string[] = []): Params {
  const all = [...needed, ...more];
  const missing = needed.find((name) => !Object.hasOwn(params, name));
  const stray = Object.keys(params).find((name) => !all.includes(name));
  if (missing === undefined && stray === undefined) return params;
  const what = stray === undefined ? `${missing} is missing` : `unknown name "${stray}"`;
  throw usageError(`${of}: ${what}`, `it takes ${all.join(', ')}`);
}

function readThink(raw: unknown): ThinkTime {
  if (!isRecord(raw)) return { kind: 'constant', ms: durationMs(raw) };
  const [entry, second] = Object.entries(raw);
  const [name = '', params] = entry ?? [];
  if (second !== undefined || !Object.hasOwn(drawn, name)) {
    throw usageError(`expected a time such as 1s, or one of ${Object.keys(drawn).join(', ')}`);
  }
  if (!isRecord(params)) throw usageError(`expected names and values of ${name}, read ${kindOf(params)}`);
  return (drawn[name] as (params: Params) => ThinkTime)(params);
}

const duration: Json = { anyOf: [{ const: 0 }, { type: 'string' }] };
const form = (name: string, properties: Json, required: readonly string[]): Json => ({
  type: 'object',
  properties: { [name]: { type: 'object', properties, required, additionalProperties: false } },
  required: [name],
  additionalProperties: false,
});

const thinkJson: Json = {
  description: 'A time that the user waits: the same each time, or drawn.',
  anyOf: [
    duration,
    form('uniform', { min: duration, max: duration }, ['min', 'max']),
    form('exponential', { mean: duration, max: duration }, ['mean']),
    form('normal', { mean: duration, deviation: duration, max: duration }, ['mean', 'deviation']),
  ],
  examples: ['1s', { exponential: { mean: '1s' } }, { normal: { mean: '2s', deviation: '500ms' } }],
};

const think = reading(readThink, thinkJson);

/** The name of an operation, or a time to think. */
export type RawStep = string | { readonly think: ThinkTime };

const step = reading(
  (raw): RawStep => {
    if (!isRecord(raw)) return scalarText(raw);
    const [stray] = Object.keys(raw).filter((name) => name !== 'think');
    if (stray !== undefined || raw['think'] === undefined) {
      throw usageError('expected the name of an operation, or { think: 1s }');
    }
    return { think: readThink(raw['think']) };
  },
  {
    anyOf: [
      { type: 'string', description: 'An operation.' },
      { type: 'object', properties: { think: thinkJson }, required: ['think'], additionalProperties: false },
    ],
  },
);

export const sequenceSchema = z
  .strictObject({
    weight: value(parseNumber, {
      description: 'Share of the hits, relative to the other sequences and to the operations. Default 1.',
      type: ['number', 'string'],
      minimum: 0,
      examples: [1],
    }).optional(),
    steps: z
      .array(step)
      .meta({ description: 'Operations by name, and times to think between them: { think: 1s }.' }),
    think: think.optional(),
    continue: value(readTruth, {
      description: 'Go on after a step that failed. Default false: that ends the sequence.',
      anyOf: [{ type: 'boolean' }, { type: 'string', pattern: '\\$\\{' }],
    }).optional(),
  })
  .meta({ description: 'Operations that one user sends one after the other.' });

function readTruth(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw usageError(`expected true or false, read ${kindOf(text)}`);
}

/** A value of several forms, read by a function. @param read throws ZipfireError `usage` */
function reading<T>(read: (raw: unknown) => T, json: Json) {
  return describe(
    z.unknown().transform((raw, context): T => {
      try {
        return read(raw);
      } catch (error) {
        if (!(error instanceof ZipfireError)) throw error;
        context.addIssue({ code: 'custom', message: error.message, params: { hint: error.hint } });
        return z.NEVER;
      }
    }),
    json,
  );
}
