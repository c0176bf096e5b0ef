import { fixedText, type JsonNode } from '../json/node.js';
import { refusal } from '../render/refusal.js';

/** Why a part of a message's JSON does not fit its type. */
export function refuse(path: string, expected: string, node: JsonNode, hint?: string): Error {
  return refusal(path, expected, shown(node), hint);
}

function shown(node: JsonNode): string {
  switch (node.kind) {
    case 'literal':
      return String(node.value);
    case 'number':
      return node.text;
    case 'string':
      return JSON.stringify(fixedText(node.text) ?? 'a text with holes');
    case 'bare':
      return 'a hole outside quotes';
    case 'array':
      return 'a list';
    case 'object':
      return 'an object';
  }
}

/** The path of a member: `user.age`. */
export function member(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

export function isNull(node: JsonNode): boolean {
  return node.kind === 'literal' && node.value === null;
}
