import { fixedText, type JsonNode } from '../json/node.js';
import { encodeDouble } from './float.js';
import { concat, delimited, type Program } from './program.js';
import { refusal } from './refusal.js';
import { valueProgram } from './value-program.js';
import { fieldHead, WireType } from './varint.js';

/** google/protobuf/struct.proto: the members of a Value. */
const head = {
  null: fieldHead(1, WireType.varint),
  number: fieldHead(2, WireType.fixed64),
  string: fieldHead(3, WireType.length),
  bool: fieldHead(4, WireType.varint),
  struct: fieldHead(5, WireType.length),
  list: fieldHead(6, WireType.length),
} as const;
/** Struct.fields and ListValue.values, and the key and value of a map's entry. */
const item = fieldHead(1, WireType.length);
const entryKey = fieldHead(1, WireType.length);
const entryValue = fieldHead(2, WireType.length);

type JsonObject = Extract<JsonNode, { kind: 'object' }>;

/**
 * A google.protobuf.Value: any JSON.
 * @param headBytes before its length; null: the message alone
 * @throws ZipfireError `usage` that names the path
 */
export function jsonValueProgram(headBytes: string | null, node: JsonNode, path: string): Program {
  if (node.kind === 'bare') return [{ kind: 'json', head: headBytes, json: node, path }];
  const message = jsonValue(node, path);
  return headBytes === null ? message : delimited(headBytes, message);
}

function jsonValue(node: Exclude<JsonNode, { kind: 'bare' }>, path: string): Program {
  switch (node.kind) {
    case 'literal':
      if (node.value === null) return [`${head.null}\0`];
      return [head.bool + (node.value ? '\x01' : '\0')];
    case 'number': {
      const bytes = encodeDouble(node.text, false);
      if (bytes === null) throw refusal(path, 'a number that 64 bits hold', node.text);
      return [head.number + bytes];
    }
    case 'string':
      return valueProgram({ head: head.string, encoding: 'string', text: node.text, bare: false, path });
    case 'array':
      return delimited(head.list, jsonList(node.items, path));
    case 'object':
      return delimited(head.struct, jsonStruct(node, path));
  }
}

/** The message google.protobuf.Struct. */
export function jsonStruct({ members }: JsonObject, path: string): Program {
  return concat(
    members.map(({ name, value }) => {
      const inside = `${path}.${fixedText(name) ?? '{{…}}'}`;
      const key = valueProgram({ head: entryKey, encoding: 'string', text: name, bare: false, path });
      return delimited(item, concat([key, jsonValueProgram(entryValue, value, inside)]));
    }),
  );
}

/** The message google.protobuf.ListValue. */
export function jsonList(nodes: readonly JsonNode[], path: string): Program {
  return concat(nodes.map((node, i) => jsonValueProgram(item, node, `${path}[${i}]`)));
}
