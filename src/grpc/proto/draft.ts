import { create } from '@bufbuild/protobuf';
import {
  type EnumDescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { type Place, protoError } from './place.js';

export type Syntax = 'proto2' | 'proto3' | 'editions';

/** Something with a full name that a file declares. */
export interface Declared {
  readonly name: string;
  readonly kind: 'message' | 'enum' | 'service' | 'member';
  readonly place: Place;
  /** Of an enum: itself. */
  readonly enumType?: EnumDescriptorProto;
}

/** A name that stands for a type, to be found once every file is read. */
export interface TypeReference {
  /** As written; with a leading dot it is a full name. */
  readonly name: string;
  readonly place: Place;
  /** Full name of what it stands in. */
  readonly scope: string;
  readonly wanted: 'message' | 'message or enum';
  found(type: Declared): void;
}

export interface Import {
  readonly name: string;
  readonly place: Place;
  readonly isPublic: boolean;
}

/** A file while it is read: its descriptor, whose types are names still. */
export class Draft {
  readonly proto: FileDescriptorProto;
  syntax: Syntax = 'proto2';
  readonly imports: Import[] = [];
  readonly declared = new Map<string, Declared>();
  readonly references: TypeReference[] = [];

  constructor(name: string) {
    this.proto = create(FileDescriptorProtoSchema, { name });
  }

  /** @throws ZipfireError `usage` when the file has it already */
  declare(declared: Declared): void {
    const before = this.declared.get(declared.name);
    if (before !== undefined) {
      throw protoError(
        declared.place,
        `"${declared.name}" is declared twice`,
        `the first is in line ${before.place.line}`,
      );
    }
    this.declared.set(declared.name, declared);
  }
}

/** A name within a scope; the scope of a file without a package is empty. */
export function within(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`;
}
