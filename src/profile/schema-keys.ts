import { z } from 'zod';
import { type KeySpec, ZipfireError } from '../core/index.js';
import {
  distributions,
  type NumberDefinition,
  type ParameterDefinition,
  resolveKeySpec,
} from '../keys/index.js';
import { describe, type Json, value } from './schema-parts.js';
import { readBoolean } from './setting-kinds.js';

/** `zipf: { n: 1_000_000, alpha: 1.2 }`, for every distribution there is. */
const shapes = Object.fromEntries(
  Object.values(distributions).map(({ name, about, params }) => {
    const schema = z.strictObject(Object.fromEntries(params.map((param) => [param.name, z.unknown()])));
    return [name, describe(schema.partial(), jsonOfParameters(about, params)).optional()];
  }),
);

const inOrder = Object.values(distributions)
  .filter(({ scattered }) => !scattered)
  .map(({ name }) => name)
  .join(', ');

/** A key generator: one distribution, how its keys are written, whether the popular ones are scattered. */
export const keySchema = z
  .strictObject({
    ...shapes,
    as: value(String, {
      type: 'string',
      description: 'How a key is written; {} stands for its number. Default "{}".',
      pattern: '\\{\\}',
      examples: ['user_{}'],
    }).optional(),
    scatter: value(readBoolean, {
      type: 'boolean',
      description: `Whether the popular keys are spread over the key space, by the seed. Default true, but for ${inOrder}.`,
    }).optional(),
  })
  .transform((raw, context): KeySpec => {
    // An unknown name is the fault then, not that none was given.
    if (context.issues.length > 0) return z.NEVER;
    const { as: format, scatter, ...given } = raw;
    const [first, second] = Object.entries(given).filter(([, params]) => params !== undefined);
    if (first === undefined || second !== undefined) {
      const names = Object.keys(distributions).join(', ');
      context.addIssue({ code: 'custom', message: `expected one distribution of ${names}` });
      return z.NEVER;
    }
    const [name, params] = first as [string, Record<string, unknown>]; // its schema is an object
    try {
      return resolveKeySpec(name, params, { format, scatter });
    } catch (error) {
      if (!(error instanceof ZipfireError)) throw error;
      const { message, hint } = error;
      context.addIssue({ code: 'custom', message, params: { hint }, path: placeOf(message, name, params) });
      return z.NEVER;
    }
  });

/** Messages about a value begin with its name: `alpha must be …`, `as must hold …`. */
function placeOf(message: string, name: string, params: Record<string, unknown>): string[] {
  const word = message.slice(0, message.indexOf(' '));
  if (word === 'as') return ['as'];
  return Object.hasOwn(params, word) ? [name, word] : [name];
}

function jsonOfParameters(about: string, params: readonly ParameterDefinition[]): Json {
  return {
    description: `${about}.`,
    type: 'object',
    properties: Object.fromEntries(params.map((param) => [param.name, jsonOfParameter(param)])),
    required: params.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}

function jsonOfParameter(param: ParameterDefinition): Json {
  if (param.kind === 'number') return jsonOfNumber(param);
  const { about: description } = param;
  if (param.kind === 'list') {
    const { maxLength: maxItems } = param;
    const list: Json = { type: 'array', items: { type: ['number', 'string'] }, minItems: 1, maxItems };
    return { description, anyOf: [list, { type: 'string' }] };
  }
  // A part is read more closely when the profile is loaded.
  const part: Json = { type: ['object', 'string'] };
  return param.weighted ? { description, type: 'array', items: part, minItems: 1 } : { description, ...part };
}

/** Texts are allowed beside numbers: `1_000_000` is one to YAML, and so is a variable of the environment. */
function jsonOfNumber(param: NumberDefinition): Json {
  const { about, integer, low, high, lowOpen, highOpen } = param;
  const isBounded = typeof high === 'number' && high < Number.MAX_SAFE_INTEGER;
  const number: Json = {
    type: integer ? 'integer' : 'number',
    [lowOpen === true ? 'exclusiveMinimum' : 'minimum']: low,
    ...(isBounded && { [highOpen === true ? 'exclusiveMaximum' : 'maximum']: high }),
  };
  return {
    description: param.default === undefined ? about : `${about}. Default ${param.default}.`,
    anyOf: [number, { type: 'string' }],
  };
}
