import type { DescMessage, FileRegistry } from '@bufbuild/protobuf';
import type { CompiledMessage } from '../../core/index.js';
import type { JsonNode } from '../json/node.js';
import { readJson } from '../json/read.js';
import { noHoles, type TemplateReader } from '../json/template.js';
import { fixedBytes, isDynamic, type Program } from '../render/program.js';
import type { DynamicBuilder } from '../render/render.js';
import { MessageCompiler } from './compiler.js';
import { findField } from './members.js';

export interface CompileOptions {
  /** The schema's types: those that an Any may hold, and extensions. */
  readonly types: FileRegistry;
  /** Takes the template apart; without one the text has no holes. */
  readonly read?: TemplateReader;
  /** What the text is called in errors: a flag, or a file. */
  readonly name?: string;
}

/**
 * Compiles a message once: what does not vary becomes bytes, each hole a slot that knows its field.
 *
 * Holes may stand in strings (`"user_{{key}}"`, also of bytes, enums, numbers and well-known types), outside
 * quotes (`{{hit}}`: numbers, bools, or any JSON), and in names of maps; then a call costs a fraction of an
 * encoding. A hole that is a whole message, list, field name or `@type` works too, and is read as JSON each time.
 *
 * @param json proto3 JSON, a template
 * @throws ZipfireError `usage` with line and column of what is no JSON, or path and type of what does not fit
 */
export function compileMessage(type: DescMessage, json: string, options: CompileOptions): CompiledMessage {
  const { name = 'data', read = noHoles } = options;
  return compileNode(type, readJson(json, name, read), '', options);
}

/** The same from JSON that was read. @param path of the message in errors */
export function compileNode(
  type: DescMessage,
  node: JsonNode,
  path: string,
  { types }: Pick<CompileOptions, 'types'>,
): CompiledMessage {
  const program = new MessageCompiler(types).message(type, node, path);
  return { type: type.typeName, program, dynamic: isDynamic(program) };
}

/** Builds dynamic slots: compiles what their holes make, each time. */
export function dynamicBuilder(types: FileRegistry): DynamicBuilder {
  const compiler = new MessageCompiler(types);
  return ({ type: typeName, field: fieldName, path }, json) => {
    const type = types.getMessage(typeName);
    if (type === undefined) throw new Error(`no type ${typeName}`);
    if (fieldName === null) return fixed(compiler.message(type, json, path));
    const field = findField(type, fieldName, types);
    if (field === undefined) throw new Error(`no field ${fieldName} in ${typeName}`);
    return fixed(compiler.field(field, json, path));
  };
}

function fixed(program: Program): string {
  const bytes = fixedBytes(program);
  if (bytes === null) throw new Error('a hole is left');
  return bytes;
}
