import type { DescriptorProto, EnumDescriptorProto, FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { closest } from '../../core/index.js';
import { type Declared, type Draft, type TypeReference, within } from './draft.js';
import { type Place, protoError } from './place.js';

/** A file that names can be looked up in: what it declares, and what it imports. */
export interface Linkable {
  readonly name: string;
  readonly package: string;
  readonly declared: ReadonlyMap<string, Declared>;
  readonly imports: readonly { readonly name: string; readonly isPublic: boolean }[];
}

/** What a full name stands for; the package `a.b` of `a.b.Message` is one too. */
type Named = Declared | 'package';

/**
 * Finds the types that fields and methods name, each by the rules of C++: from the innermost scope outwards,
 * by the first part of the name; what that is in must hold the rest.
 *
 * @param files by name; every file that a draft imports is there
 * @throws ZipfireError `usage` with file, line, column
 */
export function link(drafts: readonly Draft[], files: ReadonlyMap<string, Linkable>): void {
  const everywhere = new Map<string, { declared: Declared; file: string }>();
  for (const file of files.values()) {
    for (const declared of file.declared.values()) {
      const other = everywhere.get(declared.name);
      if (other !== undefined && other.file !== file.name) {
        throw protoError(declared.place, `"${declared.name}" is declared in "${other.file}" too`);
      }
      everywhere.set(declared.name, { declared, file: file.name });
    }
  }
  for (const draft of drafts) {
    const visible = new Visible(draft.proto.name, files);
    for (const reference of draft.references) {
      const found = visible.find(reference);
      if (found === undefined) throw notFound(reference, visible, everywhere);
      const isType = found.kind === 'message' || (found.kind === 'enum' && reference.wanted !== 'message');
      if (!isType) throw protoError(reference.place, `"${found.name}" is no ${reference.wanted}`);
      reference.found(found);
    }
  }
}

/** What a file may name: its own, what it imports, and what is imported publicly there. */
class Visible {
  readonly #names = new Map<string, Named>();

  constructor(name: string, files: ReadonlyMap<string, Linkable>) {
    const seen = new Set<string>();
    const add = (fileName: string, deep: 'all' | 'public') => {
      const file = files.get(fileName);
      if (file === undefined || seen.has(fileName)) return;
      seen.add(fileName);
      for (const declared of file.declared.values()) this.#names.set(declared.name, declared);
      for (let at = file.package.length; at > 0; at = file.package.lastIndexOf('.', at - 1)) {
        this.#names.set(file.package.slice(0, at), 'package');
      }
      for (const { name: imported, isPublic } of file.imports) {
        if (deep === 'all' || isPublic) add(imported, 'public');
      }
    };
    add(name, 'all');
  }

  find({ name, scope }: TypeReference): Declared | undefined {
    if (name.startsWith('.')) return this.#declared(name.slice(1));
    const [first = ''] = name.split('.', 1);
    for (let outer: string | null = scope; outer !== null; outer = parentOf(outer)) {
      const candidate = this.#names.get(within(outer, first));
      if (candidate === undefined) continue;
      if (first === name) {
        // A field may have the name of a type further out.
        if (candidate !== 'package' && candidate.kind !== 'member') return candidate;
      } else if (candidate === 'package' || candidate.kind === 'message') {
        return this.#declared(within(outer, name));
      }
    }
    return undefined;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  types(): string[] {
    return [...this.#names.values()].flatMap((declared) =>
      declared !== 'package' && (declared.kind === 'message' || declared.kind === 'enum')
        ? [declared.name]
        : [],
    );
  }

  #declared(name: string): Declared | undefined {
    const found = this.#names.get(name);
    return found === 'package' ? undefined : found;
  }
}

function parentOf(scope: string): string | null {
  if (scope === '') return null;
  const dot = scope.lastIndexOf('.');
  return dot < 0 ? '' : scope.slice(0, dot);
}

function notFound(
  { name, place, scope }: TypeReference,
  visible: Visible,
  everywhere: ReadonlyMap<string, { file: string }>,
): Error {
  const bare = name.replace(/^\./, '');
  for (let outer: string | null = scope; outer !== null; outer = parentOf(outer)) {
    const full = within(outer, bare);
    const elsewhere = everywhere.get(full);
    if (elsewhere !== undefined && visible.has(full)) {
      return protoError(
        place,
        `"${name}" is not declared: its first part is another thing here`,
        `write ".${full}"`,
      );
    }
    if (elsewhere !== undefined) {
      return protoError(place, `"${name}" is not imported here`, `import "${elsewhere.file}";`);
    }
  }
  const lastPart = (full: string) => full.slice(full.lastIndexOf('.') + 1);
  const near = closest(lastPart(bare), new Set(visible.types().map(lastPart)));
  return protoError(
    place,
    `"${name}" is not declared`,
    near === undefined ? undefined : `did you mean "${near}"?`,
  );
}

/** What a file declares that is there as a descriptor only. */
export function linkableOf(proto: FileDescriptorProto): Linkable {
  const place: Place = { file: proto.name, line: 0, column: 0 };
  const declared = new Map<string, Declared>();
  const addEnum = (enumType: EnumDescriptorProto, scope: string) => {
    const name = within(scope, enumType.name);
    declared.set(name, { name, kind: 'enum', place, enumType });
  };
  const addMessage = (message: DescriptorProto, scope: string) => {
    const name = within(scope, message.name);
    declared.set(name, { name, kind: 'message', place });
    for (const nested of message.nestedType) addMessage(nested, name);
    for (const nested of message.enumType) addEnum(nested, name);
  };
  for (const message of proto.messageType) addMessage(message, proto.package);
  for (const enumType of proto.enumType) addEnum(enumType, proto.package);
  return {
    name: proto.name,
    package: proto.package,
    declared,
    imports: proto.dependency.map((name, i) => ({ name, isPublic: proto.publicDependency.includes(i) })),
  };
}
