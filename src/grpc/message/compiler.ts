import type { DescMessage, Registry } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { fixedText, type JsonMember, type JsonNode } from '../json/node.js';
import { jsonList, jsonStruct, jsonValueProgram } from '../render/json-value.js';
import { concat, delimited, fixedBytes, type Program } from '../render/program.js';
import { problem } from '../render/refusal.js';
import { fieldHead, WireType } from '../render/varint.js';
import { encodingOf, isWrapper, stringEncoding } from './encoding.js';
import { type AnyField, setFields } from './members.js';
import { isNull, member, refuse } from './refuse.js';
import { scalarHead, scalarProgram } from './scalar.js';

const { IMPLICIT, LEGACY_REQUIRED } = FeatureSet_FieldPresence;

type JsonObject = Extract<JsonNode, { kind: 'object' }>;

/** How a message is laid out as a field. */
interface Place {
  readonly number: number;
  /** Between two tags, as groups are, and not with its length before it. */
  readonly group: boolean;
  /** Whether a hole may make it `null`, which leaves it out. */
  readonly nullable: boolean;
}

/** Google.protobuf.Any, by field number. */
const ANY_TYPE_URL = fieldHead(1, WireType.length);
const ANY_VALUE = fieldHead(2, WireType.length);

/**
 * Turns proto3 JSON into the bytes and slots of a message, as its type says. Source: protobuf "ProtoJSON
 * Format". Fields come in the order of their numbers; what is fixed becomes one byte string.
 *
 * Every method throws a ZipfireError `usage` that names the path of what does not fit.
 */
export class MessageCompiler {
  readonly #types: Registry;

  /** @param types those that an Any may hold, and extensions */
  constructor(types: Registry) {
    this.#types = types;
  }

  /** A message, without anything before it. */
  message(type: DescMessage, node: JsonNode, path: string): Program {
    if (type.typeName === VALUE) return jsonValueProgram(null, node, path);
    if (isWrapper(type.typeName)) return this.#wrapper(type, node, path);
    const encoding = stringEncoding(type.typeName);
    if (encoding !== null) return scalarProgram(null, encoding, node, path);
    if (node.kind === 'bare') return dynamicMessage(type, node, path);
    const wellKnown = this.#wellKnown(type, node, path);
    if (wellKnown !== null) return wellKnown;
    if (node.kind !== 'object') throw refuse(path, `an object (${type.typeName})`, node);
    return this.#fields(type, node, node.members, path);
  }

  /** A field that is set, with everything before its value. `null` sets none, and gives no bytes. */
  field(field: AnyField, node: JsonNode, path: string): Program {
    switch (field.fieldKind) {
      case 'scalar':
      case 'enum': {
        const encoding = encodingOf(field.enum ?? field.scalar);
        return scalarProgram(scalarHead(field.number, encoding), encoding, node, path, {
          implicit: field.presence === IMPLICIT,
          nullable: field.presence !== LEGACY_REQUIRED,
        });
      }
      case 'message': {
        const { number, message, delimitedEncoding: group } = field;
        if (isNull(node) && message.typeName !== VALUE) return [];
        if (node.kind === 'bare' && !isSimple(message)) return this.#dynamicField(field, node, path);
        return this.#messageField(
          message,
          { number, group, nullable: field.presence !== LEGACY_REQUIRED },
          node,
          path,
        );
      }
      case 'list':
        if (isNull(node)) return [];
        if (node.kind === 'bare') return this.#dynamicField(field, node, path);
        if (node.kind !== 'array') throw refuse(path, 'a list', node);
        return this.#list(field, node.items, path);
      case 'map':
        if (isNull(node)) return [];
        if (node.kind === 'bare') return this.#dynamicField(field, node, path);
        if (node.kind !== 'object') throw refuse(path, 'an object (a map)', node);
        return this.#map(field, node.members, path);
    }
  }

  #fields(type: DescMessage, node: JsonObject, members: readonly JsonMember[], path: string): Program {
    const named: { name: string; value: JsonNode }[] = [];
    for (const { name, value } of members) {
      const fixed = fixedText(name);
      // Which field it is turns out at the call.
      if (fixed === null) return dynamicMessage(type, node, path);
      named.push({ name: fixed, value });
    }
    const set = setFields(type, named, path, this.#types);
    return concat(set.map(({ field, node: value, path: inside }) => this.field(field, value, inside)));
  }

  #dynamicField(field: AnyField, node: JsonNode, path: string): Program {
    const { typeName } = field.kind === 'extension' ? field.extendee : field.parent;
    return [{ kind: 'dynamic', type: typeName, field: field.jsonName, json: node, path }];
  }

  /** A message as a field, an item of a list or the value of a map. */
  #messageField(type: DescMessage, place: Place, node: JsonNode, path: string): Program {
    const { number, group, nullable } = place;
    if (group) {
      const content = this.message(type, node, path);
      return concat([
        [fieldHead(number, WireType.startGroup)],
        content,
        [fieldHead(number, WireType.endGroup)],
      ]);
    }
    const head = fieldHead(number, WireType.length);
    if (type.typeName === VALUE) return jsonValueProgram(head, node, path);
    const encoding = stringEncoding(type.typeName);
    if (encoding !== null) return scalarProgram(head, encoding, node, path, { nullable });
    if (isWrapper(type.typeName)) return this.#wrapper(type, node, path, { wrapper: head, nullable });
    return delimited(head, this.message(type, node, path));
  }

  #wrapper(
    type: DescMessage,
    node: JsonNode,
    path: string,
    options: { wrapper?: string; nullable?: boolean } = {},
  ): Program {
    const [field] = type.fields;
    if (field?.fieldKind !== 'scalar') throw new Error(`${type.typeName} holds no scalar`);
    const encoding = encodingOf(field.scalar);
    return scalarProgram(scalarHead(field.number, encoding), encoding, node, path, {
      implicit: true,
      ...options,
    });
  }

  #list(field: AnyField & { fieldKind: 'list' }, items: readonly JsonNode[], path: string): Program {
    const { number } = field;
    const place = (i: number) => `${path}[${i}]`;
    if (field.listKind === 'message') {
      const { message, delimitedEncoding: group } = field;
      return concat(
        items.map((item, i) =>
          this.#messageField(message, { number, group, nullable: false }, item, place(i)),
        ),
      );
    }
    const encoding = encodingOf(field.enum ?? field.scalar);
    const head = field.packed ? '' : scalarHead(number, encoding);
    const values = concat(
      items.map((item, i) => {
        return scalarProgram(head, encoding, item, place(i));
      }),
    );
    return field.packed && values.length > 0 ? delimited(fieldHead(number, WireType.length), values) : values;
  }

  /** Each entry is a message of its own: the key is field 1, the value field 2. */
  #map(field: AnyField & { fieldKind: 'map' }, members: readonly JsonMember[], path: string): Program {
    const head = fieldHead(field.number, WireType.length);
    const keyEncoding = encodingOf(field.mapKey);
    const keyHead = scalarHead(1, keyEncoding);
    const keys = new Set<string>();
    return concat(
      members.map(({ name, value }) => {
        const inside = `${path}[${JSON.stringify(fixedText(name) ?? '{{…}}')}]`;
        // The key of a map of bool is a string in JSON, and no string for its encoder.
        const node: JsonNode = { kind: keyEncoding === 'bool' ? 'bare' : 'string', text: name };
        const key = scalarProgram(keyHead, keyEncoding, node, `${inside} (key)`);
        const fixed = fixedBytes(key);
        if (fixed !== null && keys.has(fixed)) throw problem(inside, 'the key is there already');
        if (fixed !== null) keys.add(fixed);
        return delimited(head, concat([key, this.#mapValue(field, value, inside)]));
      }),
    );
  }

  #mapValue(field: AnyField & { fieldKind: 'map' }, node: JsonNode, path: string): Program {
    if (field.mapKind === 'message') {
      return this.#messageField(field.message, { number: 2, group: false, nullable: false }, node, path);
    }
    const encoding = encodingOf(field.enum ?? field.scalar);
    return scalarProgram(scalarHead(2, encoding), encoding, node, path);
  }

  /** The messages that have a JSON of their own and fields; null for all others. */
  #wellKnown(type: DescMessage, node: Exclude<JsonNode, { kind: 'bare' }>, path: string): Program | null {
    switch (type.typeName) {
      case 'google.protobuf.Struct':
        if (node.kind !== 'object') throw refuse(path, 'an object', node);
        return jsonStruct(node, path);
      case 'google.protobuf.ListValue':
        if (node.kind !== 'array') throw refuse(path, 'a list', node);
        return jsonList(node.items, path);
      case 'google.protobuf.Any':
        if (node.kind !== 'object') throw refuse(path, 'an object with "@type"', node);
        return this.#any(type, node, path);
      default:
        return null;
    }
  }

  #any(type: DescMessage, node: JsonObject, path: string): Program {
    if (node.members.length === 0) return [];
    const at = node.members.findIndex(({ name }) => fixedText(name) === '@type');
    const typeNode = node.members[at]?.value;
    const url = typeNode?.kind === 'string' ? fixedText(typeNode.text) : null;
    const varies = typeNode?.kind === 'bare' || (typeNode?.kind === 'string' && url === null);
    if (varies || node.members.some(({ name }) => fixedText(name) === null)) {
      return dynamicMessage(type, node, path);
    }
    if (typeNode === undefined)
      throw problem(
        member(path, '@type'),
        'not given; expected a URL such as "type.googleapis.com/kv.v1.Event"',
      );
    const inner = url === null ? undefined : this.#types.getMessage(url.slice(url.lastIndexOf('/') + 1));
    if (url === null || inner === undefined) {
      throw refuse(member(path, '@type'), 'the URL of a message type that is known here', typeNode);
    }
    const rest = node.members.filter((_, i) => i !== at);
    const content = this.#anyContent(inner, node, rest, path);
    const urlField = scalarProgram(ANY_TYPE_URL, 'string', typeNode, path);
    return concat([urlField, delimited(ANY_VALUE, content, true)]);
  }

  /** A message with a JSON of its own is the member `value`; the fields of others stand beside `@type`. */
  #anyContent(inner: DescMessage, node: JsonObject, rest: readonly JsonMember[], path: string): Program {
    if (!hasOwnJson(inner)) return this.#fields(inner, { ...node, members: rest }, rest, path);
    const [only, ...others] = rest;
    if (only === undefined || fixedText(only.name) !== 'value' || others.length > 0) {
      throw problem(path, `expected "@type" and "value", as ${inner.typeName} has no fields in JSON`);
    }
    return this.message(inner, only.value, member(path, 'value'));
  }
}

const VALUE = 'google.protobuf.Value';

/** Messages whose JSON is one value, so that a hole can fill them without the schema. */
function isSimple({ typeName }: DescMessage): boolean {
  return typeName === VALUE || isWrapper(typeName) || stringEncoding(typeName) !== null;
}

function hasOwnJson(type: DescMessage): boolean {
  return (
    isSimple(type) ||
    ['google.protobuf.Any', 'google.protobuf.Struct', 'google.protobuf.ListValue'].includes(type.typeName)
  );
}

/** A message that is built anew for each hit. */
function dynamicMessage(type: DescMessage, node: JsonNode, path: string): Program {
  return [{ kind: 'dynamic', type: type.typeName, field: null, json: node, path }];
}
