import { create } from '@bufbuild/protobuf';
import {
  type MethodDescriptorProto,
  MethodDescriptorProtoSchema,
  MethodOptionsSchema,
  type ServiceDescriptorProto,
  ServiceDescriptorProtoSchema,
  ServiceOptionsSchema,
} from '@bufbuild/protobuf/wkt';
import { applyOption } from './apply-option.js';
import type { Cursor } from './cursor.js';
import { type Draft, within } from './draft.js';
import { readOption } from './options.js';

/** `service Name { … }`, after the word `service`. */
export function readService(cursor: Cursor, draft: Draft): ServiceDescriptorProto {
  const { place } = cursor;
  const name = cursor.word('the name of the service');
  const fullName = within(draft.proto.package, name);
  draft.declare({ name: fullName, kind: 'service', place });
  const proto = create(ServiceDescriptorProtoSchema, { name });
  cursor.block(() => {
    if (cursor.take('option')) {
      proto.options ??= create(ServiceOptionsSchema);
      applyOption(ServiceOptionsSchema, proto.options, readOption(cursor));
      cursor.expect(';');
    } else if (cursor.take('rpc')) {
      proto.method.push(readMethod(cursor, draft, fullName));
    } else {
      throw cursor.unexpected('"rpc", "option" or "}"');
    }
  });
  return proto;
}

/** `Name (stream Type) returns (stream Type);`, after the word `rpc`. */
function readMethod(cursor: Cursor, draft: Draft, scope: string): MethodDescriptorProto {
  const { place } = cursor;
  const name = cursor.word('the name of the method');
  draft.declare({ name: within(scope, name), kind: 'member', place });
  const proto = create(MethodDescriptorProtoSchema, { name });
  const clientStreaming = readMessageType(cursor, draft, scope, (type) => {
    proto.inputType = type;
  });
  cursor.expect('returns');
  const serverStreaming = readMessageType(cursor, draft, scope, (type) => {
    proto.outputType = type;
  });
  if (clientStreaming) proto.clientStreaming = true;
  if (serverStreaming) proto.serverStreaming = true;
  if (cursor.take(';')) return proto;
  cursor.block(() => {
    cursor.expect('option');
    proto.options ??= create(MethodOptionsSchema);
    applyOption(MethodOptionsSchema, proto.options, readOption(cursor));
    cursor.expect(';');
  });
  return proto;
}

/** `(stream Type)`. @returns whether it is a stream */
function readMessageType(
  cursor: Cursor,
  draft: Draft,
  scope: string,
  found: (typeName: string) => void,
): boolean {
  cursor.expect('(');
  const streaming = cursor.take('stream');
  const { place } = cursor;
  const name = cursor.dotted('a message type', true);
  cursor.expect(')');
  draft.references.push({
    name,
    place,
    scope,
    wanted: 'message',
    found: (type) => found(`.${type.name}`),
  });
  return streaming;
}
