import { z } from 'zod';
import { parseBytes, parseNumber, type SizeSpec, usageError, ZipfireError } from '../core/index.js';
import { MAX_BODY_BYTES } from './operation.js';
import { isRecord } from './records.js';
import { describe, type Json, kindOf, scalarText } from './schema-parts.js';

const MAX_SIZES = 1000;
const MAX_SIGMA = 10;

/** A size of a body: so many bytes, or drawn for each request. */
export function sizeSchema(description: string) {
  return describe(
    z.unknown().transform((raw, context): number | SizeSpec => {
      try {
        return isRecord(raw) ? readDrawn(raw) : readSize(raw);
      } catch (error) {
        if (!(error instanceof ZipfireError)) throw error;
        context.addIssue({ code: 'custom', message: error.message, params: { hint: error.hint } });
        return z.NEVER;
      }
    }),
    jsonOf(description),
  );
}

function readSize(raw: unknown): number {
  const text = scalarText(raw);
  const size = parseBytes(text);
  if (size <= MAX_BODY_BYTES) return size;
  throw usageError(`a body has 16MiB at most, read ${kindOf(text)}`);
}

type Params = Readonly<Record<string, unknown>>;

const drawn: Readonly<Record<string, (params: Params) => SizeSpec>> = {
  uniform(params) {
    const { min, max } = only(params, ['min', 'max'], 'uniform');
    return inOrder({ kind: 'uniform', min: readSize(min), max: readSize(max) });
  },
  lognormal(params) {
    const { median, sigma, min = 0, max } = only(params, ['median', 'sigma', 'max'], 'lognormal', ['min']);
    const spread = parseNumber(scalarText(sigma));
    if (!(spread > 0 && spread <= MAX_SIGMA)) {
      throw usageError(`sigma must be in (0, ${MAX_SIGMA}], read ${kindOf(sigma)}`);
    }
    const middle = readSize(median);
    if (middle === 0) throw usageError('the median must be 1 or more');
    return inOrder({
      kind: 'lognormal',
      median: middle,
      sigma: spread,
      min: readSize(min),
      max: readSize(max),
    });
  },
  weighted(params) {
    const entries = Object.entries(params);
    if (entries.length > MAX_SIZES) throw usageError(`more than ${MAX_SIZES} sizes`);
    const weights = entries.map(([, weight]) => parseNumber(scalarText(weight)));
    if (!(weights.reduce((sum, weight) => sum + weight, 0) > 0))
      throw usageError('the weights sum to nothing');
    return { kind: 'weighted', sizes: entries.map(([size]) => readSize(size)), weights };
  },
};

const names = Object.keys(drawn);

function readDrawn(raw: Params): SizeSpec {
  const [entry, second] = Object.entries(raw);
  const [name = '', params] = entry ?? [];
  if (second !== undefined || !Object.hasOwn(drawn, name)) {
    throw usageError(`expected a size such as 4KiB, or one of ${names.join(', ')}`);
  }
  if (!isRecord(params)) throw usageError(`expected names and values of ${name}, read ${kindOf(params)}`);
  return (drawn[name] as (params: Params) => SizeSpec)(params);
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

function inOrder<S extends Extract<SizeSpec, { min: number }>>(spec: S): S {
  if (spec.min <= spec.max) return spec;
  throw usageError(`min is ${spec.min} bytes, and max is ${spec.max}`);
}

const size: Json = { type: ['integer', 'string'] };

function jsonOf(description: string): Json {
  const object = (name: string, properties: Json, required: readonly string[]): Json => ({
    type: 'object',
    properties: { [name]: { type: 'object', properties, required, additionalProperties: false } },
    required: [name],
    additionalProperties: false,
  });
  return {
    description: `${description} The size may be drawn for each request: uniform, lognormal, or weighted by size.`,
    anyOf: [
      size,
      object('uniform', { min: size, max: size }, ['min', 'max']),
      object('lognormal', { median: size, sigma: { type: ['number', 'string'] }, min: size, max: size }, [
        'median',
        'sigma',
        'max',
      ]),
      {
        type: 'object',
        properties: {
          weighted: {
            type: 'object',
            additionalProperties: { type: ['number', 'string'] },
            minProperties: 1,
          },
        },
        required: ['weighted'],
        additionalProperties: false,
      },
    ],
    examples: [32, '4KiB', { lognormal: { median: '1KiB', sigma: 1, max: '1MiB' } }],
  };
}
