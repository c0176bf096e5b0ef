import { create, createFileRegistry, type FileRegistry, toBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { closest, escapeText, usageError, ZipfireError } from '../../core/index.js';
import { type Method, methodOf } from './method.js';
import { completeFiles } from './order.js';

export interface Service {
  /** `kv.v1.KV` */
  readonly name: string;
  readonly methods: readonly Method[];
}

/** Names in a hint; there may be hundreds. */
const MAX_SHOWN = 10;

/** The services and types of a target, wherever they were read from. */
export class Schema {
  /** Every type, by full name. */
  readonly types: FileRegistry;
  readonly services: readonly Service[];
  readonly #files: readonly FileDescriptorProto[];

  private constructor(files: readonly FileDescriptorProto[]) {
    this.#files = files;
    this.types = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
    this.services = [...this.types]
      .filter((type) => type.kind === 'service')
      .map(({ typeName, methods }) => ({ name: typeName, methods: methods.map(methodOf) }));
  }

  /**
   * @param files in any order
   * @param origin where they came from, for errors
   * @throws ZipfireError `usage` when a type that is used is not there
   */
  static from(files: readonly FileDescriptorProto[], origin: string): Schema {
    const { ordered, missing } = completeFiles(files);
    try {
      return new Schema(ordered);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new ZipfireError(
        'usage',
        `${origin} cannot be used: ${escapeText(why)}`,
        missing.length > 0
          ? `it lacks ${shownNames(missing)}; protoc --include_imports puts in what is imported`
          : undefined,
        error,
      );
    }
  }

  /** All of it as a FileDescriptorSet: to write a protoset, or to hand to a worker. */
  toProtoset(): Uint8Array {
    return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [...this.#files] }));
  }

  /**
   * Finds a method by `pkg.Service/Method` or `pkg.Service.Method`, with or without a slash before it.
   * @throws ZipfireError `usage` with the nearest name
   */
  method(name: string): Method {
    const written = name.startsWith('/') ? name.slice(1) : name;
    const slash = written.includes('/') ? written.indexOf('/') : written.lastIndexOf('.');
    if (slash <= 0 || slash === written.length - 1) {
      throw usageError(
        `${quoted(name)} is no method: expected package.Service/Method`,
        this.#knownServices(),
      );
    }
    const [serviceName, methodName] = [written.slice(0, slash), written.slice(slash + 1)];
    const service = this.services.find((candidate) => candidate.name === serviceName);
    if (service === undefined) {
      throw usageError(
        `there is no service ${quoted(serviceName)}`,
        this.#nearService(serviceName, methodName),
      );
    }
    const method = service.methods.find((candidate) => candidate.name === methodName);
    if (method !== undefined) return method;
    const names = service.methods.map((candidate) => candidate.name);
    const near = closest(methodName, names);
    throw usageError(
      `service ${service.name} has no method ${quoted(methodName)}`,
      near === undefined ? `it has ${shownNames(names)}` : `did you mean ${service.name}/${near}?`,
    );
  }

  /** By the last part of its name: packages are long, and rarely what was mistyped. */
  #nearService(serviceName: string, methodName: string): string {
    const near = closest(
      lastPart(serviceName),
      this.services.map(({ name }) => lastPart(name)),
    );
    const candidates = this.services.filter(({ name }) => lastPart(name) === near);
    const best = candidates.find(({ methods }) => methods.some(({ name }) => name === methodName));
    const service = best ?? candidates[0];
    if (service === undefined) return this.#knownServices();
    return `did you mean ${service.name}${best === undefined ? '' : `/${methodName}`}?`;
  }

  #knownServices(): string {
    const names = this.services.map(({ name }) => name);
    return names.length === 0 ? 'no service is known here' : `known here: ${shownNames(names)}`;
  }
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function shownNames(names: readonly string[]): string {
  const more = names.length > MAX_SHOWN ? ` and ${names.length - MAX_SHOWN} more` : '';
  return (
    names
      .slice(0, MAX_SHOWN)
      .map((name) => escapeText(name))
      .join(', ') + more
  );
}

function quoted(name: string): string {
  return `"${escapeText(name)}"`;
}
