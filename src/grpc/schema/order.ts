import { clone, create } from '@bufbuild/protobuf';
import { protoCamelCase } from '@bufbuild/protobuf/reflect';
import {
  type DescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { builtInFile } from './built-in.js';

/**
 * Files as a registry takes them: each once, after those it imports; what is protobuf's own put in where it
 * is missing, JSON names where they were left out. A file that imports and does not have is made up without
 * content: it may have been there for options alone, and if not, its types will be missed by name.
 *
 * @returns the files, and the names of those made up
 */
export function completeFiles(files: readonly FileDescriptorProto[]): {
  ordered: FileDescriptorProto[];
  missing: string[];
} {
  const byName = new Map(files.map((file) => [file.name, file]));
  const ordered = new Map<string, FileDescriptorProto>();
  const missing: string[] = [];
  const visiting = new Set<string>();
  const add = (name: string) => {
    // A cycle cannot be built from sources; a forged one ends here, and its types are missed by name.
    if (ordered.has(name) || visiting.has(name)) return;
    visiting.add(name);
    let file = byName.get(name) ?? builtInFile(name);
    if (file === undefined) {
      missing.push(name);
      file = create(FileDescriptorProtoSchema, { name });
    }
    for (const dependency of file.dependency) add(dependency);
    ordered.set(name, withJsonNames(file));
  };
  for (const name of byName.keys()) add(name);
  return { ordered: [...ordered.values()], missing };
}

/** Descriptors that a runtime serves may come without the JSON names that protoc writes. */
function withJsonNames(file: FileDescriptorProto): FileDescriptorProto {
  if (!file.messageType.some(lacksJsonName)) return file;
  const copy = clone(FileDescriptorProtoSchema, file);
  copy.messageType.forEach(addJsonNames);
  return copy;
}

function lacksJsonName({ field, nestedType }: DescriptorProto): boolean {
  return field.some(({ jsonName }) => jsonName === '') || nestedType.some(lacksJsonName);
}

function addJsonNames({ field, nestedType }: DescriptorProto): void {
  for (const one of field) one.jsonName ||= protoCamelCase(one.name);
  nestedType.forEach(addJsonNames);
}
