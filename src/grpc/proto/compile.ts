import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { builtInFile } from '../schema/built-in.js';
import type { Draft, Import } from './draft.js';
import { type Linkable, link, linkableOf } from './link.js';
import { protoError } from './place.js';
import { readProtoFile } from './read-file.js';

/** The text of the file that is imported by this name; null when there is none. */
export type ProtoReader = (name: string) => string | null;

/** Bound on the files of one schema. */
const MAX_FILES = 5_000;

/**
 * Compiles `.proto` files and all they import. google/protobuf/*.proto need not be there.
 *
 * @param names of the files, as they would be imported
 * @param read finds a file
 * @param searched where `read` looks, for errors
 * @returns each file after those it imports
 * @throws ZipfireError `usage` with file, line and column
 */
export function compileProtos(
  names: readonly string[],
  read: ProtoReader,
  searched: readonly string[] = [],
): FileDescriptorProto[] {
  const loader = new Loader(read, searched);
  for (const name of names) {
    loader.load({ name, place: { file: name, line: 1, column: 1 }, isPublic: false }, []);
  }
  link(loader.drafts, loader.files);
  return loader.ordered;
}

class Loader {
  readonly drafts: Draft[] = [];
  readonly files = new Map<string, Linkable>();
  readonly ordered: FileDescriptorProto[] = [];
  readonly #read: ProtoReader;
  readonly #searched: readonly string[];

  constructor(read: ProtoReader, searched: readonly string[]) {
    this.#read = read;
    this.#searched = searched;
  }

  /** @param path files that are being loaded, each importing the next */
  load({ name, place }: Import, path: readonly string[]): void {
    if (path.includes(name)) {
      throw protoError(
        place,
        `files import each other: ${[...path.slice(path.indexOf(name)), name].join(' → ')}`,
      );
    }
    if (this.files.has(name)) return;
    if (this.files.size >= MAX_FILES) throw protoError(place, `more than ${MAX_FILES} files`);
    const source = this.#read(name);
    if (source === null) {
      this.#loadBuiltIn({ name, place, isPublic: false });
      return;
    }
    const draft = readProtoFile(source, name);
    for (const imported of draft.imports) this.load(imported, [...path, name]);
    this.drafts.push(draft);
    this.files.set(name, {
      name,
      package: draft.proto.package,
      declared: draft.declared,
      imports: draft.imports,
    });
    this.ordered.push(draft.proto);
  }

  #loadBuiltIn({ name, place }: Import): void {
    const proto = builtInFile(name);
    if (proto === undefined) {
      const hint =
        this.#searched.length === 0
          ? undefined
          : `looked in ${this.#searched.join(', ')}; --import-path adds a folder to look in`;
      throw protoError(place, `there is no file "${name}"`, hint);
    }
    for (const dependency of proto.dependency) {
      if (!this.files.has(dependency)) this.#loadBuiltIn({ name: dependency, place, isPublic: false });
    }
    this.files.set(name, linkableOf(proto));
    this.ordered.push(proto);
  }
}
