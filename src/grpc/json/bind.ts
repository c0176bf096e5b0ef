import type { Values } from '../../core/index.js';
import { escapeText, usageError } from '../../core/index.js';
import type { JsonNode, JsonText } from './node.js';
import { readJson } from './read.js';

/**
 * JSON with its holes filled: in strings by the value as it is, outside quotes by the JSON that the value is.
 * @param values byte strings
 * @param name what a value is called in errors
 * @throws ZipfireError `usage` when a value outside quotes is no JSON
 */
export function bindJson(node: JsonNode, values: Values, name: string): JsonNode {
  switch (node.kind) {
    case 'string':
      return { kind: 'string', text: bound(node.text, values) };
    case 'bare':
      return readJson(bound(node.text, values)[0] ?? '', name);
    case 'array':
      return { kind: 'array', items: node.items.map((item) => bindJson(item, values, name)) };
    case 'object': {
      const names = new Set<string>();
      const members = node.members.map((member) => {
        const [text = ''] = bound(member.name, values);
        if (names.has(text))
          throw usageError(`${escapeText(name)}: ${escapeText(JSON.stringify(text))} is given twice`);
        names.add(text);
        return { name: [text], value: bindJson(member.value, values, name) };
      });
      return { kind: 'object', members };
    }
    default:
      return node;
  }
}

function bound(text: JsonText, values: Values): [string] | [] {
  let whole = '';
  for (const piece of text) whole += typeof piece === 'string' ? piece : textOf(values[piece] ?? '');
  return whole === '' ? [] : [whole];
}

/** The text of a byte string. */
function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
