import { z } from 'zod';
import { anyText, describe, type Json, value } from './schema-parts.js';
import { settings } from './settings.js';

const axis = describe(z.unknown(), {
  description: `Its values, two at least: a list, or by name. "\${matrix.NAME}" stands for the value, in text or in place of a whole part.`,
  anyOf: [
    { type: 'array', minItems: 2 },
    { type: 'object', minProperties: 2 },
  ],
} satisfies Json);

/** What makes a profile a matrix of runs. */
export const matrixSchema = z
  .strictObject({
    axes: z.record(z.string(), axis).meta({ description: 'What varies, by name.' }),
    repeat: value(settings.repeat.read, {
      description: 'How often each cell is run, in turns with the others. Default 3.',
      anyOf: [{ type: 'integer', minimum: 1 }, { type: 'string' }],
      examples: [3, 6],
    }).optional(),
    baseline: z
      .record(z.string(), value(String, anyText))
      .meta({
        description: 'The cell that others are compared with, by axis. Default: the first value of each.',
      })
      .optional(),
  })
  .meta({
    description:
      'Several runs: one for each combination of the values of the axes, compared with each other.',
  });

/** What may stand in place of a part that has names and values: the axis whose values are such parts. */
export const axisReference = z.string().regex(/^\$\{matrix\.[A-Za-z_][\w-]*\}$/);
