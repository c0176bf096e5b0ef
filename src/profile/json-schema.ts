import { z } from 'zod';
import { profileSchema } from './schema.js';
import { rewriteOf } from './schema-parts.js';

/**
 * The JSON Schema of profiles (draft 2020-12), for editors. It allows what `${NAME}` may become; values and
 * references are checked when a profile is loaded, and more closely.
 */
export function profileJsonSchema(): Record<string, unknown> {
  const generated = z.toJSONSchema(profileSchema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const own = rewriteOf(zodSchema)?.({ ...jsonSchema });
      if (own === undefined) return;
      for (const name of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, name);
      Object.assign(jsonSchema, own);
    },
  });
  const { $schema, ...rest } = generated;
  return {
    $schema,
    title: 'zipfire profile',
    description: 'A run of zipfire: what to send, how much, for how long, and what must hold.',
    ...rest,
  };
}
