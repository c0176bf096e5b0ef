import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** What is asked of the reflection service (grpc/reflection/v1/reflection.proto; v1alpha is the same bytes). */
export type ReflectionRequest =
  | { readonly kind: 'services' }
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'file'; readonly name: string };

export type ReflectionResponse =
  | { readonly kind: 'services'; readonly names: readonly string[] }
  | { readonly kind: 'files'; readonly files: readonly Uint8Array[] }
  | { readonly kind: 'error'; readonly code: number; readonly message: string };

/** Field numbers of ServerReflectionRequest. */
const FILE_BY_FILENAME = 3;
const FILE_CONTAINING_SYMBOL = 4;
const LIST_SERVICES = 7;
/** And of ServerReflectionResponse. */
const FILE_DESCRIPTOR_RESPONSE = 4;
const LIST_SERVICES_RESPONSE = 6;
const ERROR_RESPONSE = 7;

export function encodeRequest(request: ReflectionRequest): Uint8Array {
  const writer = new BinaryWriter();
  switch (request.kind) {
    case 'services':
      return writer.tag(LIST_SERVICES, WireType.LengthDelimited).string('*').finish();
    case 'symbol':
      return writer.tag(FILE_CONTAINING_SYMBOL, WireType.LengthDelimited).string(request.name).finish();
    case 'file':
      return writer.tag(FILE_BY_FILENAME, WireType.LengthDelimited).string(request.name).finish();
  }
}

/** @returns null when the bytes are no response */
export function decodeResponse(bytes: Uint8Array): ReflectionResponse | null {
  let response: ReflectionResponse | null = null;
  try {
    eachField(bytes, (number, reader) => {
      if (number === FILE_DESCRIPTOR_RESPONSE)
        response = { kind: 'files', files: decodeFiles(reader.bytes()) };
      else if (number === LIST_SERVICES_RESPONSE) {
        response = { kind: 'services', names: decodeServices(reader.bytes()) };
      } else if (number === ERROR_RESPONSE) response = decodeError(reader.bytes());
      else return false;
      return true;
    });
  } catch {
    return null;
  }
  return response;
}

function decodeFiles(bytes: Uint8Array): Uint8Array[] {
  const files: Uint8Array[] = [];
  eachField(bytes, (number, reader) => number === 1 && files.push(reader.bytes()) > 0);
  return files;
}

function decodeServices(bytes: Uint8Array): string[] {
  const names: string[] = [];
  eachField(bytes, (number, reader) => {
    if (number !== 1) return false;
    eachField(reader.bytes(), (inner, service) => inner === 1 && names.push(service.string()) > 0);
    return true;
  });
  return names;
}

function decodeError(bytes: Uint8Array): ReflectionResponse {
  let code = 0;
  let message = '';
  eachField(bytes, (number, reader) => {
    if (number === 1) code = reader.int32();
    else if (number === 2) message = reader.string();
    else return false;
    return true;
  });
  return { kind: 'error', code, message };
}

/** @param read takes a field's value, or says that it did not, and then it is skipped */
function eachField(bytes: Uint8Array, read: (number: number, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (!read(number, reader)) reader.skip(wireType, number);
  }
}
