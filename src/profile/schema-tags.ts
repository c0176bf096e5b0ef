import { z } from 'zod';
import { ZipfireError } from '../core/index.js';
import { anyText, describe } from './schema-parts.js';
import { settings } from './settings.js';
import { MAX_TAGS, type Tags, tagEntries, tagValue } from './tags.js';

/** The tags of a profile: a map, where the flag has JSON. */
export const tagsSchema = describe(
  z.unknown().transform((raw, context): Tags => {
    const attempt = <T>(path: string[], read: () => T): T | undefined => {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof ZipfireError)) throw error;
        context.addIssue({ code: 'custom', message: error.message, path, params: { hint: error.hint } });
        return undefined;
      }
    };
    const entries = attempt([], () => tagEntries(raw)) ?? [];
    return Object.fromEntries(
      entries.map(([name, value]) => [name, attempt([name], () => tagValue(name, value)) ?? '']),
    );
  }),
  {
    description: settings.tags.about,
    type: 'object',
    additionalProperties: anyText,
    maxProperties: MAX_TAGS,
    examples: [{ env: 'staging', commit: '4e1f0c2' }],
  },
);
