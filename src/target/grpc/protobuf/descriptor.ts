import { bool, enumeration, type Field, int32, optional, repeated, string, submessage } from './fields.js';
import { type EnumValues, type MessageType, message, type Values } from './message.js';
import type { ServiceType } from './service.js';

/** What a `.proto` file declares: enough to write its descriptor. */
export interface ProtoFile {
  /** The name it is imported by: `grpc/health/v1/health.proto`. */
  readonly name: string;
  readonly package: string;
  readonly messages: readonly MessageType<unknown>[];
  readonly services: readonly ServiceType[];
}

// google/protobuf/descriptor.proto, the parts of it that are written here. It is proto2: what has a value is
// written, be it 0 or false; but a flag that is false is left out, as protoc does.
const EnumValueDescriptor = message('google.protobuf.EnumValueDescriptorProto', {
  name: string(1),
  number: optional(int32(2)),
});
const EnumDescriptor = message('google.protobuf.EnumDescriptorProto', {
  name: string(1),
  value: repeated(submessage(2, EnumValueDescriptor)),
});
const OneofDescriptor = message('google.protobuf.OneofDescriptorProto', { name: string(1) });
const FieldDescriptor = message('google.protobuf.FieldDescriptorProto', {
  name: string(1),
  number: int32(3),
  label: enumeration(4, 'google.protobuf.FieldDescriptorProto.Label'),
  type: enumeration(5, 'google.protobuf.FieldDescriptorProto.Type'),
  typeName: string(6),
  oneofIndex: optional(int32(9)),
  jsonName: string(10),
});
const Descriptor = message('google.protobuf.DescriptorProto', {
  name: string(1),
  field: repeated(submessage(2, FieldDescriptor)),
  enumType: repeated(submessage(4, EnumDescriptor)),
  oneofDecl: repeated(submessage(8, OneofDescriptor)),
});
const MethodDescriptor = message('google.protobuf.MethodDescriptorProto', {
  name: string(1),
  inputType: string(2),
  outputType: string(3),
  clientStreaming: bool(5),
  serverStreaming: bool(6),
});
const ServiceDescriptor = message('google.protobuf.ServiceDescriptorProto', {
  name: string(1),
  method: repeated(submessage(2, MethodDescriptor)),
});
const FileDescriptor = message('google.protobuf.FileDescriptorProto', {
  name: string(1),
  package: string(2),
  messageType: repeated(submessage(4, Descriptor)),
  service: repeated(submessage(6, ServiceDescriptor)),
  syntax: string(12),
});

const Label = { optional: 1, repeated: 3 } as const;
const Type = { int64: 3, int32: 5, bool: 8, string: 9, message: 11, bytes: 12, enum: 14 } as const;

/** The FileDescriptorProto of a file, as a byte string: that of protoc without comments and options. */
export function describeFile(file: ProtoFile): string {
  return FileDescriptor.encode({
    name: file.name,
    package: file.package,
    messageType: file.messages.map(describeMessage),
    service: file.services.map(describeService),
    syntax: 'proto3',
  });
}

function describeMessage({ name, fields, enums }: MessageType<unknown>): Values<typeof Descriptor> {
  const oneofs = [...new Set(fields.flatMap(([, field]) => field.oneof ?? []))];
  return {
    name: lastName(name),
    field: fields.map(([jsonName, field]) => describeField(jsonName, field, oneofs)),
    enumType: Object.entries(enums).map(([enumName, values]) => describeEnum(enumName, values)),
    oneofDecl: oneofs.map((oneof) => ({ name: oneof })),
  };
}

function describeField(
  jsonName: string,
  { number, type, isRepeated, oneof }: Field<unknown>,
  oneofs: readonly string[],
): Values<typeof FieldDescriptor> {
  return {
    name: jsonName.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    number,
    label: isRepeated ? Label.repeated : Label.optional,
    type: Type[type.kind],
    typeName: 'typeName' in type ? `.${type.typeName}` : '',
    oneofIndex: oneof === null ? undefined : oneofs.indexOf(oneof),
    jsonName,
  };
}

function describeEnum(name: string, values: EnumValues): Values<typeof EnumDescriptor> {
  return { name, value: Object.entries(values).map(([value, number]) => ({ name: value, number })) };
}

function describeService({ name, methods }: ServiceType): Values<typeof ServiceDescriptor> {
  const method = Object.entries(methods).map(([methodName, { request, response, ...streams }]) => ({
    name: methodName,
    inputType: `.${request.name}`,
    outputType: `.${response.name}`,
    clientStreaming: streams.clientStreams,
    serverStreaming: streams.serverStreams,
  }));
  return { name: lastName(name), method };
}

/** `GetRequest` of `kv.v1.GetRequest`. */
function lastName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
