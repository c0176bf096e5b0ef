import type { HeaderText, Operation, Prepared, Text, Values } from '../../core/index.js';

/** Stands for the Content-Length among the holes: its value follows from the body's other values. */
const CONTENT_LENGTH = -1;

/** Methods whose request has a body in the eyes of a server, so that an absent one is announced as empty (RFC 9110 §8.6). */
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** How the driver sends requests; the same for all operations of a run. */
export interface RequestOptions {
  /** Value of the Host header. */
  readonly authority: string;
  readonly keepAlive: boolean;
}

/**
 * A request as bytes: `pieces` are fixed, `holes[i]` is the value between `pieces[i]` and `pieces[i + 1]`.
 * Without holes it is one piece and rendering hands out that same string.
 */
export class PreparedRequest implements Prepared {
  readonly operation: Operation;
  readonly #pieces: readonly string[];
  readonly #holes: readonly number[];
  readonly #bodyBytes: number;
  readonly #bodyHoles: readonly number[];
  /** Null when the method has holes of its own. */
  readonly #head: boolean | null;

  constructor(operation: Operation, options: RequestOptions) {
    this.operation = operation;
    const body = operation.body ?? [];
    this.#bodyHoles = body.filter((part) => typeof part === 'number');
    this.#bodyBytes = byteLength(body);
    const { pieces, holes } = flatten([...this.#headText(options), ...body]);
    this.#pieces = pieces;
    this.#holes = holes;
    const [method] = operation.method;
    this.#head = operation.method.length === 1 && typeof method === 'string' ? method === 'HEAD' : null;
  }

  /** The request's bytes, as a byte string. */
  render(values: Values): string {
    const holes = this.#holes;
    const pieces = this.#pieces;
    let bytes = pieces[0] as string;
    for (let i = 0; i < holes.length; i++) {
      const hole = holes[i] as number;
      bytes += hole === CONTENT_LENGTH ? this.#contentLength(values) : (values[hole] as string);
      bytes += pieces[i + 1] as string;
    }
    return bytes;
  }

  /** Whether these rendered bytes ask for a response without a body. */
  isHead(bytes: string): boolean {
    return this.#head ?? bytes.startsWith('HEAD ');
  }

  #contentLength(values: Values): string {
    let length = this.#bodyBytes;
    for (const hole of this.#bodyHoles) length += (values[hole] as string).length;
    return String(length);
  }

  #headText(options: RequestOptions): Text {
    const { operation } = this;
    const text: (string | number)[] = [...operation.method, ' ', ...operation.target, ' HTTP/1.1\r\n'];
    if (!hasHeader(operation.headers, 'host')) text.push(`Host: ${options.authority}\r\n`);
    for (const { name, value } of operation.headers) text.push(`${name}: `, ...value, '\r\n');
    if (!options.keepAlive && !hasHeader(operation.headers, 'connection')) text.push('Connection: close\r\n');
    if (operation.body !== null) {
      const length = this.#bodyHoles.length > 0 ? CONTENT_LENGTH : String(this.#bodyBytes);
      text.push('Content-Length: ', length, '\r\n');
    } else if (WITH_BODY.has(operation.method.join(''))) {
      text.push('Content-Length: 0\r\n');
    }
    text.push('\r\n');
    return text;
  }
}

function hasHeader(headers: readonly HeaderText[], name: string): boolean {
  return headers.some((header) => header.name.toLowerCase() === name);
}

/** Bytes of the fixed parts. */
function byteLength(text: Text): number {
  return text.reduce<number>((sum, part) => sum + (typeof part === 'string' ? part.length : 0), 0);
}

/** Joins neighbouring fixed parts. */
function flatten(text: Text): { pieces: string[]; holes: number[] } {
  const pieces = [''];
  const holes: number[] = [];
  for (const part of text) {
    if (typeof part === 'number') {
      holes.push(part);
      pieces.push('');
    } else {
      pieces[pieces.length - 1] += part;
    }
  }
  return { pieces: pieces.map(asFlatString), holes };
}

/** The engine keeps a concatenation as a tree until it is read as a whole; a round trip through bytes makes it flat for good. */
function asFlatString(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
