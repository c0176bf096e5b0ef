import { type CompiledMessage, usageError } from '../../core/index.js';
import type { JsonNode } from '../json/node.js';
import { readJson } from '../json/read.js';
import { noHoles } from '../json/template.js';
import type { Method } from '../schema/method.js';
import { within } from '../within.js';
import { type CompileOptions, compileNode } from './compile.js';

/**
 * The messages of a call from its data: an object is one message, a list is as many as it has items, no data is
 * one empty message. What a list means is the method's: client and bidirectional streams send all of it in each
 * call, the others take turns (`messageOf`).
 *
 * A type whose own JSON is a list (google.protobuf.ListValue) is given as a list of lists.
 *
 * @throws ZipfireError `usage` with line and column, or with the path: `[2].user.age`, the data's name before it;
 *   for an empty list where the method takes one message
 */
export function compileCallData(method: Method, data: string, options: CompileOptions): CompiledMessage[] {
  const { input: type } = method;
  const { name = 'data', read = noHoles } = options;
  const node = readJson(data.trim() === '' ? '{}' : data, name, read);
  const compile = (part: JsonNode, path: string) =>
    within(options.name ?? '', () => compileNode(type, part, path, options));
  if (node.kind !== 'array') return [compile(node, '')];
  if (node.items.length === 0 && !method.clientStreaming) {
    throw usageError(`${name}: an empty list, and ${method.fullName} takes one message`);
  }
  return node.items.map((item, i) => compile(item, `[${i}]`));
}

/** Which message a hit sends when the method takes one: the list goes round. */
export function messageOf<T>(messages: readonly T[], hit: number): T {
  const message = messages[hit % messages.length];
  if (message === undefined) throw new Error('a call without a message');
  return message;
}
