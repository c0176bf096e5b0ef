import { z } from 'zod';
import { ZipfireError } from '../../core/index.js';
import { headerValues } from '../schema-headers.js';
import { describe, scalarText, setting, settingsOf } from '../schema-parts.js';
import { settings } from '../settings.js';
import { checkFields } from './kinds.js';

/** Lists and names of a profile, where flags have texts. */
function written<T>(read: (raw: unknown) => T) {
  return z.unknown().transform((raw, context): T => {
    try {
      return read(raw);
    } catch (error) {
      if (!(error instanceof ZipfireError)) throw error;
      context.addIssue({ code: 'custom', message: error.message, params: { hint: error.hint } });
      return z.NEVER;
    }
  });
}

const methods = describe(
  written((raw) =>
    settings.replayMethods.read(Array.isArray(raw) ? raw.map(scalarText).join(',') : scalarText(raw)),
  ),
  {
    description: settings.replayMethods.about,
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
    examples: ['all', ['GET', 'POST']],
  },
);

const fields = describe(
  written((raw) => {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
      return settings.replayFields.read(scalarText(raw));
    return checkFields(Object.entries(raw).map(([part, name]) => [part, scalarText(name)] as const));
  }),
  {
    description: settings.replayFields.about,
    anyOf: [
      { type: 'string' },
      {
        type: 'object',
        properties: Object.fromEntries(
          ['method', 'path', 'url', 'time', 'headers', 'body'].map((part) => [
            part,
            { type: ['string', 'integer'] },
          ]),
        ),
        additionalProperties: false,
      },
    ],
    examples: [{ path: 'uri', time: 'ts' }],
  },
);

/** The requests of a log, in place of operations. */
export const replaySchema = z
  .strictObject({
    ...settingsOf('replay'),
    file: setting('replayFile'),
    methods: methods.optional(),
    fields: fields.optional(),
    headers: z
      .record(z.string(), headerValues)
      .meta({ description: 'Headers of every request, in place of what the log has of the same name.' })
      .optional(),
  })
  .meta({ description: 'Sends the requests of a log with their own timing, in place of operations.' });
