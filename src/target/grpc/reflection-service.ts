import { GrpcStatus } from '../../core/index.js';
import type { Handler } from './handler.js';
import { describeFile, type ProtoFile } from './protobuf/index.js';
import type { ReflectionRequest, ReflectionResponse } from './reflection.js';

type Answer = Partial<ReflectionResponse>;

/** Answers what the files of a server declare. There are no extensions, and no file imports another. */
export function reflectionHandler(
  files: readonly ProtoFile[],
): Handler<ReflectionRequest, ReflectionResponse> {
  const services = files.flatMap((file) => file.services.map(({ name }) => ({ name })));
  const byName = new Map<string, string>();
  const bySymbol = new Map<string, string>();
  for (const file of files) {
    const descriptor = describeFile(file);
    byName.set(file.name, descriptor);
    for (const symbol of symbolsOf(file)) bySymbol.set(symbol, descriptor);
  }

  const answer = (request: ReflectionRequest): Answer => {
    const { fileByFilename, fileContainingSymbol, fileContainingExtension, listServices } = request;
    if (listServices !== undefined) return { listServicesResponse: { service: services } };
    if (fileByFilename !== undefined) return descriptorOf(byName, fileByFilename);
    if (fileContainingSymbol !== undefined) return descriptorOf(bySymbol, fileContainingSymbol);
    if (fileContainingExtension !== undefined) return notFound('there are no extensions');
    const typeName = request.allExtensionNumbersOfType;
    if (typeName === undefined) return failure(GrpcStatus.INVALID_ARGUMENT, 'the request asks for nothing');
    return bySymbol.has(typeName)
      ? { allExtensionNumbersResponse: { baseTypeName: typeName, extensionNumber: [] } }
      : notFound('there is no such type');
  };
  return (call, send) => ({
    message: (request) => send({ validHost: request.host, originalRequest: request, ...answer(request) }),
    end: () => call.finish(),
  });
}

function descriptorOf(descriptors: ReadonlyMap<string, string>, name: string): Answer {
  const descriptor = descriptors.get(name);
  if (descriptor === undefined) return notFound('there is no such file or symbol');
  return { fileDescriptorResponse: { fileDescriptorProto: [descriptor] } };
}

function notFound(message: string): Answer {
  return failure(GrpcStatus.NOT_FOUND, message);
}

function failure(errorCode: number, errorMessage: string): Answer {
  return { errorResponse: { errorCode, errorMessage } };
}

/** Every name of a file that can be asked for: messages and their enums, services and their methods. */
function* symbolsOf(file: ProtoFile): Generator<string> {
  for (const { name, enums } of file.messages) {
    yield name;
    for (const enumName of Object.keys(enums)) yield `${name}.${enumName}`;
  }
  for (const { name, methods } of file.services) {
    yield name;
    for (const method of Object.keys(methods)) yield `${name}.${method}`;
  }
}
