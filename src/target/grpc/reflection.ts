import {
  bidirectional,
  bytes,
  int32,
  message,
  oneof,
  type ProtoFile,
  repeated,
  string,
  submessage,
  type Values,
} from './protobuf/index.js';

type Version = 'v1' | 'v1alpha';

/** The server reflection protocol of gRPC; its two versions differ in the name of the package alone. */
function declare(version: Version) {
  const pkg = `grpc.reflection.${version}`;
  const ExtensionRequest = message(`${pkg}.ExtensionRequest`, {
    containingType: string(1),
    extensionNumber: int32(2),
  });
  const Request = message(`${pkg}.ServerReflectionRequest`, {
    host: string(1),
    fileByFilename: oneof('message_request', string(3)),
    fileContainingSymbol: oneof('message_request', string(4)),
    fileContainingExtension: oneof('message_request', submessage(5, ExtensionRequest)),
    allExtensionNumbersOfType: oneof('message_request', string(6)),
    listServices: oneof('message_request', string(7)),
  });
  const FileDescriptorResponse = message(`${pkg}.FileDescriptorResponse`, {
    fileDescriptorProto: repeated(bytes(1)),
  });
  const ExtensionNumberResponse = message(`${pkg}.ExtensionNumberResponse`, {
    baseTypeName: string(1),
    extensionNumber: repeated(int32(2)),
  });
  const ServiceResponse = message(`${pkg}.ServiceResponse`, { name: string(1) });
  const ListServiceResponse = message(`${pkg}.ListServiceResponse`, {
    service: repeated(submessage(1, ServiceResponse)),
  });
  const ErrorResponse = message(`${pkg}.ErrorResponse`, { errorCode: int32(1), errorMessage: string(2) });
  const Response = message(`${pkg}.ServerReflectionResponse`, {
    validHost: string(1),
    originalRequest: submessage(2, Request),
    fileDescriptorResponse: oneof('message_response', submessage(4, FileDescriptorResponse)),
    allExtensionNumbersResponse: oneof('message_response', submessage(5, ExtensionNumberResponse)),
    listServicesResponse: oneof('message_response', submessage(6, ListServiceResponse)),
    errorResponse: oneof('message_response', submessage(7, ErrorResponse)),
  });
  const service = {
    name: `${pkg}.ServerReflection`,
    methods: { ServerReflectionInfo: bidirectional(Request, Response) },
  } as const;
  const file: ProtoFile = {
    name: `grpc/reflection/${version}/reflection.proto`,
    package: pkg,
    messages: [
      Request,
      ExtensionRequest,
      Response,
      FileDescriptorResponse,
      ExtensionNumberResponse,
      ListServiceResponse,
      ServiceResponse,
      ErrorResponse,
    ],
    services: [service],
  };
  return { Request, Response, service, file };
}

export const reflectionV1 = declare('v1');
export const reflectionV1Alpha = declare('v1alpha');

export type ReflectionRequest = Values<typeof reflectionV1.Request>;
export type ReflectionResponse = Values<typeof reflectionV1.Response>;
