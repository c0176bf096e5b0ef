import { z } from 'zod';
import type { FeederOrder } from '../core/index.js';
import { isRecord } from './records.js';
import { describe, kindOf, value } from './schema-parts.js';
import { readBoolean } from './setting-kinds.js';

const ORDERS = 'expected sequential, random, or { keys: name }';

const order = describe(
  z.unknown().transform((raw, context): FeederOrder => {
    if (raw === 'sequential' || raw === 'random') return { kind: raw };
    const keys = isRecord(raw) && Object.keys(raw).length === 1 ? raw['keys'] : undefined;
    if (typeof keys === 'string') return { kind: 'keys', keys };
    context.addIssue({ code: 'custom', message: `${ORDERS}, read ${kindOf(raw)}` });
    return z.NEVER;
  }),
  {
    description:
      'Which row a request takes: one after the other (default), any, or that of the number of its key.',
    anyOf: [
      { enum: ['sequential', 'random'] },
      {
        type: 'object',
        properties: { keys: { type: 'string', description: 'Name of the keys.' } },
        required: ['keys'],
        additionalProperties: false,
      },
    ],
  },
);

const file = (description: string, example: string) =>
  value(String, { type: 'string', description, examples: [example] }).optional();

/** Rows of a file that requests are filled with. */
export const dataSchema = z.strictObject({
  csv: file('A CSV file (RFC 4180), relative to the profile; its first line names the columns.', 'users.csv'),
  jsonl: file('A file with a JSON object on each line, relative to the profile.', 'users.jsonl'),
  order: order.optional(),
  once: value(readBoolean, {
    type: 'boolean',
    description: 'Whether the run ends with the rows. Default false: they begin again.',
  }).optional(),
});
