import assert from 'node:assert/strict';
import type { DescMessage } from '@bufbuild/protobuf';
import type { TemplateReader } from '../json/template.js';
import { compileProtos } from '../proto/compile.js';
import { Schema } from '../schema/schema.js';

/** A schema from sources, by the names they are imported by. */
export function schemaOf(files: Readonly<Record<string, string>>): Schema {
  return Schema.from(
    compileProtos(Object.keys(files), (name) => files[name] ?? null),
    'test',
  );
}

export function typeOf(schema: Schema, name: string): DescMessage {
  const type = schema.types.getMessage(name);
  assert.ok(type, `type ${name}`);
  return type;
}

/** A reader whose holes are words; each has the index of its name in the list. */
export function holesOf(names: readonly string[]): TemplateReader {
  return (text) =>
    text
      .split(/(\{\{\w+\}\})/)
      .filter(Boolean)
      .map((part) => {
        if (!/^\{\{\w+\}\}$/.test(part)) return part;
        const index = names.indexOf(part.slice(2, -2));
        assert.ok(index >= 0, part);
        return { index, source: part };
      });
}
