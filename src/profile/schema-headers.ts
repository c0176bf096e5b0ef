import { z } from 'zod';
import { parseNumber, ZipfireError } from '../core/index.js';
import { isRecord } from './records.js';
import { anyText, describe, kindOf, scalarText } from './schema-parts.js';

/** What a header is given: lines, or values of which each request has one, in shares of the weights. */
export type HeaderValues = readonly string[] | { readonly weights: readonly WeightedValue[] };

export type WeightedValue = readonly [value: string, weight: number];

/** A text, a list of texts, or weights by text. */
export const headerValues = describe(
  z.unknown().transform((raw, context): HeaderValues => {
    if (isRecord(raw)) {
      try {
        return {
          weights: Object.entries(raw).map(([value, weight]) => [value, parseNumber(scalarText(weight))]),
        };
      } catch (error) {
        if (!(error instanceof ZipfireError)) throw error;
        const hint = 'a map is of weights by value, such as { prod: 90, canary: 10 }';
        context.addIssue({ code: 'custom', message: error.message, params: { hint } });
        return z.NEVER;
      }
    }
    const items: unknown[] = Array.isArray(raw) ? raw : [raw];
    if (items.every((item) => ['string', 'number', 'boolean'].includes(typeof item)))
      return items.map(scalarText);
    context.addIssue({
      code: 'custom',
      message: `expected a text, a list of texts, or weights by text, read ${kindOf(raw)}`,
    });
    return z.NEVER;
  }),
  {
    anyOf: [
      anyText,
      { type: 'array', items: anyText },
      { type: 'object', additionalProperties: { type: ['number', 'string'] }, minProperties: 1 },
    ],
  },
);
