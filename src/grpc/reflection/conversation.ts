import { fromBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { closest, escapeText, usageError } from '../../core/index.js';
import { GrpcStatus, grpcStatusName } from '../../wire/grpc/index.js';
import { builtInFile } from '../schema/built-in.js';
import { decodeResponse, encodeRequest, type ReflectionRequest } from './messages.js';

/** Bounds on what a server can make us keep. */
const MAX_FILES = 5_000;
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_SERVICES = 1_000;

/** Services that every server may have, and nobody comes for. */
const INFRASTRUCTURE = /^grpc\.(reflection|channelz)\./;

/**
 * What is asked of a server's reflection, and what it answered: which services there are, the files that
 * declare them, and the files those import. Holds no connection: take `next`, send it, feed the response.
 */
export class ReflectionConversation {
  /** Names of the services there are, once the server has told. */
  services: readonly string[] = [];
  readonly #service: string | null;
  readonly #where: string;
  readonly #files = new Map<string, FileDescriptorProto>();
  readonly #asked = new Set<string>();
  /** Services whose file came. */
  readonly #declared = new Set<string>();
  #bytes = 0;
  #queue: ReflectionRequest[] = [{ kind: 'services' }];

  /**
   * @param service the one that is wanted; null: all of them
   * @param where it is wanted, for errors
   */
  constructor(service: string | null = null, where = '') {
    this.#service = service;
    this.#where = where;
  }

  /** The next request; null when everything is known. */
  next(): Uint8Array | null {
    const [request] = this.#queue;
    return request === undefined ? null : encodeRequest(request);
  }

  /**
   * The response to the request that `next` gave.
   * @throws ZipfireError `usage` when it refuses, is no response, or is more than is kept
   */
  feed(bytes: Uint8Array): void {
    const request = this.#queue.shift();
    if (request === undefined) throw new Error('nothing was asked');
    const response = decodeResponse(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes > MAX_BYTES) throw refused(`more than ${MAX_BYTES} bytes of descriptors`);
    if (response === null) throw refused('what came is no response of server reflection');
    if (response.kind === 'error') this.#takeError(request, response.code, response.message);
    else if (response.kind === 'services' && request.kind === 'services') this.#takeServices(response.names);
    else if (response.kind === 'files' && request.kind !== 'services') this.#takeFiles(response.files);
    else throw refused('the response answers another question');
  }

  /** The files that are known, in no particular order. */
  get files(): FileDescriptorProto[] {
    return [...this.#files.values()];
  }

  #takeServices(names: readonly string[]): void {
    if (names.length > MAX_SERVICES) throw refused(`more than ${MAX_SERVICES} services`);
    this.services = names;
    const wanted =
      this.#service === null ? names.filter((name) => !INFRASTRUCTURE.test(name)) : [this.#service];
    if (this.#service !== null && !names.includes(this.#service)) throw this.#noService(this.#service);
    for (const name of wanted) this.#queue.push({ kind: 'symbol', name });
  }

  /** A server may send a file alone, or all that it imports too. */
  #takeFiles(files: readonly Uint8Array[]): void {
    for (const bytes of files) {
      const file = decodeFile(bytes);
      if (file === null) throw refused('a descriptor that cannot be read');
      if (this.#files.size >= MAX_FILES) throw refused(`more than ${MAX_FILES} files`);
      this.#files.set(file.name, file);
      for (const { name } of file.service) {
        this.#declared.add(file.package === '' ? name : `${file.package}.${name}`);
      }
      for (const name of file.dependency) this.#askFor(name);
    }
    this.#queue = this.#queue.filter((request) => !this.#isAnswered(request));
  }

  /** What was to be asked may have come along with something else. */
  #isAnswered(request: ReflectionRequest): boolean {
    if (request.kind === 'file') return this.#files.has(request.name);
    return request.kind === 'symbol' && this.#declared.has(request.name);
  }

  #askFor(name: string): void {
    if (this.#files.has(name) || this.#asked.has(name) || builtInFile(name) !== undefined) return;
    this.#asked.add(name);
    this.#queue.push({ kind: 'file', name });
  }

  /**
   * A file that is not there may have been imported for options alone, and servers leave such out; whether its
   * types are missed is seen when the schema is put together.
   */
  #takeError(request: ReflectionRequest, code: number, message: string): void {
    if (request.kind === 'file' && code === GrpcStatus.NOT_FOUND) return;
    const what = request.kind === 'services' ? 'its services' : `"${escapeText(request.name)}"`;
    throw refused(
      `asked for ${what}: ${grpcStatusName(code)}${message === '' ? '' : `, ${escapeText(message)}`}`,
    );
  }

  #noService(wanted: string): Error {
    const last = (name: string) => name.slice(name.lastIndexOf('.') + 1);
    const near = closest(last(wanted), this.services.map(last));
    const names = this.services.filter((name) => near === undefined || last(name) === near).slice(0, 10);
    const shown = names.map((name) => escapeText(name)).join(', ');
    return usageError(
      `${this.#where === '' ? '' : `${this.#where}: `}the server has no service "${escapeText(wanted)}"`,
      near === undefined ? `it has ${shown}` : `did you mean ${shown}?`,
    );
  }
}

function decodeFile(bytes: Uint8Array): FileDescriptorProto | null {
  try {
    return fromBinary(FileDescriptorProtoSchema, bytes);
  } catch {
    return null;
  }
}

function refused(why: string): Error {
  return usageError(`server reflection: ${why}`, 'give the schema with --proto or --protoset');
}
