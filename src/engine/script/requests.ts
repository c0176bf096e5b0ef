import type { Driver, HeaderText, ScriptRequest, Text } from '../../core/index.js';
import { byteString, type CompiledOperation, encodeTarget } from '../../request/index.js';
import { MixedOperation } from '../mix.js';
import type { RunningScript } from './running.js';

/** Different methods and sets of headers that one operation's requests may have: each is prepared once. */
const MAX_SHAPES = 100;
const MAX_HEADERS = 100;
const MAX_VALUE = 64 * 1024;
const MAX_BODY_BYTES = 16 * 2 ** 20;

const fields: ReadonlySet<string> = new Set(['method', 'path', 'headers', 'body']);
/** RFC 9110, section 5.6.2: token. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** A path that is sent as it is. */
const PLAIN = /^\/[\w\-.~:/?@!$&'()*+,;=]*$/;
/** RFC 9110, section 5.5: CR and LF would end the line and forge another. */
const NOT_IN_VALUE = /[\0-\x08\x0a-\x1f\x7f]/;
/** They follow from the target, the body and the load. */
const owned: ReadonlySet<string> = new Set(['host', 'content-length', 'transfer-encoding', 'connection']);

/** Requests of one method and one set of headers; what varies is `values`. */
interface Shape {
  readonly operation: MixedOperation;
  readonly names: readonly string[];
  readonly values: string[];
}

/**
 * One operation with what a script puts in place of its parts. The method and the names of the headers are fixed bytes
 * of a shape, and all else are holes, so that drivers send a script's requests as they send any other's.
 */
export class ScriptedOperation {
  readonly #base: CompiledOperation;
  readonly #driver: Driver;
  readonly #script: RunningScript;
  readonly #shapes = new Map<string, Shape>();

  constructor(base: CompiledOperation, driver: Driver, script: RunningScript) {
    this.#base = base;
    this.#driver = driver;
    this.#script = script;
  }

  /** The operation for one request, which must be sent before the next is asked for. @throws ZipfireError `usage` */
  for(request: ScriptRequest): MixedOperation {
    const { path, body, headers = {} } = request;
    if (typeof headers !== 'object' || headers === null)
      throw this.#script.refuse('expected headers by name');
    const shape = this.#shape(request, Object.keys(headers));
    const { names, values } = shape;
    let at = 0;
    if (path !== undefined) values[at++] = this.#path(path);
    for (const name of names) values[at++] = this.#header(name, headers[name]);
    if (body !== undefined && body !== null) values[at] = this.#body(body);
    return shape.operation;
  }

  #shape(request: ScriptRequest, names: readonly string[]): Shape {
    for (const field of Object.keys(request)) {
      if (!fields.has(field))
        throw this.#script.refuse(`no such part: ${field}`, 'method, path, headers, body');
    }
    const { method = '', path, body } = request;
    const id = `${method} ${path === undefined ? '' : 'p'} ${bodyForm(body)} ${names.join(' ')}`;
    const known = this.#shapes.get(id);
    if (known !== undefined) return known;
    if (this.#shapes.size >= MAX_SHAPES) {
      throw this.#script.refuse(
        `more than ${MAX_SHAPES} different methods and sets of headers`,
        'what varies goes into the values of headers',
      );
    }
    const shape = this.#newShape(request, names);
    this.#shapes.set(id, shape);
    return shape;
  }

  #newShape({ method, path, body }: ScriptRequest, names: readonly string[]): Shape {
    if (method !== undefined && (typeof method !== 'string' || !TOKEN.test(method)))
      throw this.#script.refuse('the method is no method');
    if (method === 'CONNECT') throw this.#script.refuse('CONNECT is no request to measure');
    if (names.length > MAX_HEADERS) throw this.#script.refuse(`more than ${MAX_HEADERS} headers`);
    for (const name of names) this.#checkName(name);
    const { operation, sources } = this.#base;
    const values: string[] = [];
    const hole = (): Text => {
      const at = values.push('') - 1;
      return [sources.length + at];
    };
    const target = path === undefined ? operation.target : hole();
    const own: HeaderText[] = names.map((name) => ({ name, value: hole() }));
    const isOwn = ({ name }: HeaderText) => names.some((other) => other.toLowerCase() === name.toLowerCase());
    const compiled: CompiledOperation = {
      operation: {
        ...operation,
        method: method === undefined ? operation.method : [method],
        target,
        headers: [...operation.headers.filter((header) => !isOwn(header)), ...own],
        body: body === undefined ? operation.body : body === null ? null : hole(),
      },
      sources: [...sources, ...values.map((_, at) => () => values[at] as string)],
    };
    return { operation: new MixedOperation(compiled, this.#driver), names, values };
  }

  #checkName(name: string): void {
    if (!TOKEN.test(name)) throw this.#script.refuse('the name of a header is no name');
    if (!owned.has(name.toLowerCase())) return;
    throw this.#script.refuse(`${name} is not for a script to set`, 'leave it out');
  }

  #path(path: unknown): string {
    if (typeof path === 'string' && path.startsWith('/') && path.length <= MAX_VALUE) {
      if (PLAIN.test(path)) return path;
      // A fragment is for the client alone; what a script puts there is part of a name.
      return encodeTarget(path).replaceAll('#', '%23');
    }
    throw this.#script.refuse('expected a path that begins with "/", of 64 KiB at most');
  }

  #header(name: string, value: unknown): string {
    if (typeof value !== 'string' || value.length > MAX_VALUE) {
      throw this.#script.refuse(`expected a text of 64 KiB at most as the value of ${name}`);
    }
    if (NOT_IN_VALUE.test(value)) {
      const hint = 'remove it: it would end the header line and forge another';
      throw this.#script.refuse(`the value of ${name} holds a line break or another control character`, hint);
    }
    return byteString(value);
  }

  #body(body: unknown): string {
    const bytes =
      typeof body === 'string'
        ? byteString(body)
        : body instanceof Uint8Array
          ? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
          : null;
    if (bytes === null) throw this.#script.refuse('expected a text, a Uint8Array or null as the body');
    if (bytes.length > MAX_BODY_BYTES) throw this.#script.refuse('a body of more than 16 MiB');
    return bytes;
  }
}

function bodyForm(body: ScriptRequest['body']): string {
  return body === undefined ? '' : body === null ? 'n' : 'b';
}
