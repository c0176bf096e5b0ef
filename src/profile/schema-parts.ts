import { z } from 'zod';
import { escapeText, usageError, ZipfireError } from '../core/index.js';
import type { Setting } from './setting-kinds.js';
import { type SettingName, settingNames, settings } from './settings.js';

/** A fragment of JSON Schema. */
export type Json = Readonly<Record<string, unknown>>;

/**
 * What the JSON Schema says of a schema whose own form says too little: a value read by a function is
 * `unknown` to zod.
 */
const written = new WeakMap<object, Rewrite>();

/** Makes what the JSON Schema says of a schema from what would follow from it. */
export type Rewrite = (generated: Json) => Json;

export function rewriteOf(schema: object): Rewrite | undefined {
  return written.get(schema);
}

/** Has the JSON Schema of `schema` say `json` in place of what follows from it. */
export function describe<T extends z.ZodType>(schema: T, json: Json | Rewrite): T {
  written.set(schema, typeof json === 'function' ? json : () => json);
  return schema;
}

/**
 * A single value, read by a function that knows it better than a schema could: its errors name what was read
 * and give examples. The JSON Schema is told what to say of it.
 *
 * @param read throws ZipfireError `usage`
 */
export function value<T>(read: (text: string) => T, json: Json) {
  return describe(
    z.unknown().transform((raw, context): T => {
      if (raw === undefined) {
        context.addIssue({ code: 'custom', message: 'missing' });
        return z.NEVER;
      }
      try {
        return read(scalarText(raw));
      } catch (error) {
        if (!(error instanceof ZipfireError)) throw error;
        context.addIssue({ code: 'custom', message: error.message, params: { hint: error.hint } });
        return z.NEVER;
      }
    }),
    json,
  );
}

/** A scalar's text; numbers and booleans of YAML are read from their text too, as a flag's would be. */
export function scalarText(raw: unknown): string {
  if (typeof raw === 'string') return raw;
  if (typeof raw === 'number' || typeof raw === 'boolean') return String(raw);
  throw usageError(`expected a single value, read ${kindOf(raw)}`);
}

/** What a value is, for messages. */
export function kindOf(raw: unknown): string {
  if (raw === null || raw === undefined) return 'nothing';
  if (Array.isArray(raw)) return 'a list';
  if (typeof raw === 'object') return 'names and values';
  return `"${escapeText(String(raw), { maxLength: 60 })}"`;
}

/** The settings of one group of the profile, `load` or `phases`, by the names they have there. */
export function settingsOf(group: string): Record<string, z.ZodType> {
  const shape: Record<string, z.ZodType> = {};
  for (const name of settingNames) {
    const [head, leaf] = settings[name].path;
    if (head === group && leaf !== undefined) shape[leaf] = setting(name).optional();
  }
  return shape;
}

export function setting(name: SettingName) {
  const { read } = settings[name];
  return value<unknown>(read, jsonOfSetting(settings[name]));
}

/** Any value may come from the environment: the text is then not what the schema of the value says. */
const fromEnvironment: Json = { type: 'string', pattern: '\\$\\{' };

const kinds: Readonly<Record<Setting<unknown>['kind'], Json>> = {
  text: { type: ['string', 'number'] },
  count: {
    anyOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', pattern: '^[\\d_.eE+]+[kKMGT]?$|\\$\\{' },
    ],
  },
  bytes: {
    anyOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', pattern: '^[\\d_.eE+]+ ?([kKMGT]?i?B)?$|\\$\\{' },
    ],
  },
  rate: {
    anyOf: [
      { type: 'number', exclusiveMinimum: 0 },
      { type: 'string', pattern: '^[\\d_.eE+]+ ?[kKMGT]?( ?/ ?(s|sec|m|min|h))?$|\\$\\{' },
    ],
  },
  duration: {
    anyOf: [{ const: 0 }, { type: 'string', pattern: '^0$|^([\\d_.]+ ?(ns|us|µs|ms|s|min|m|h) ?)+$|\\$\\{' }],
  },
  share: {
    anyOf: [
      { type: 'number', exclusiveMinimum: 0, maximum: 1 },
      { type: 'string', pattern: '^[\\d_.eE+-]+ ?%?$|\\$\\{' },
    ],
  },
  boolean: { anyOf: [{ type: 'boolean' }, fromEnvironment] },
  choice: {},
};

function jsonOfSetting({ kind, about, examples, choices }: Setting<unknown>): Json {
  const description = { description: about, ...(examples.length > 0 ? { examples } : {}) };
  if (choices === undefined) return { ...description, ...kinds[kind] };
  // A version of HTTP is a number to YAML.
  const values = choices.flatMap((text) => (/^\d+$/.test(text) ? [text, Number(text)] : [text]));
  const others = kind === 'choice' ? [fromEnvironment] : [kinds[kind]];
  return { ...description, anyOf: [{ enum: values }, ...others] };
}

export const anyText: Json = { type: ['string', 'number', 'boolean'] };

/** A text, or a list of texts. */
export const texts = describe(
  z.unknown().transform((raw, context): string[] => {
    const items: unknown[] = Array.isArray(raw) ? raw : [raw];
    if (items.every((item) => ['string', 'number', 'boolean'].includes(typeof item)))
      return items.map(scalarText);
    context.addIssue({ code: 'custom', message: `expected a text or a list of texts, read ${kindOf(raw)}` });
    return z.NEVER;
  }),
  { anyOf: [anyText, { type: 'array', items: anyText }] },
);
