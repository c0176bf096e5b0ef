import {
  escapeText,
  type Operation,
  type Prepared,
  type Text,
  usageError,
  type Values,
} from '../../core/index.js';
import { ACCEPT_ENCODING } from './decode.js';
import type { Hop } from './redirect.js';

/** What is the same for all requests of a run. */
export interface RequestContext {
  /** Origin of the target, as a URL without path. */
  readonly origin: string;
  /** Value of the Host header, unless the operation brings one. */
  readonly authority: string;
  readonly keepAlive: boolean;
  /** Ask for compressed responses. */
  readonly decompress: boolean;
  /** The request goes to a proxy that is to forward it: its target is absolute (RFC 9112 §3.2.2). */
  readonly forwarded: boolean;
  readonly proxyAuthorization: string | null;
}

/** A request ready to be dispatched, and its size on the wire in HTTP/1.1, bytes. */
export interface Rendered {
  readonly hop: Hop;
  readonly bytesOut: number;
}

type Render = (values: Values) => string;

/** Headers that undici writes itself, or refuses. */
const refused = new Set(['transfer-encoding', 'keep-alive', 'upgrade', 'expect', 'content-length']);

/** Methods that undici announces an absent body for (its client-h1.js). */
const announcesBody = new Set(['PUT', 'POST', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH']);

const NO_VALUES: Values = [];

/** An operation as undici takes it. Without holes it is made once and handed out again for each hit. */
export class UndiciRequest implements Prepared {
  readonly operation: Operation;
  readonly #context: RequestContext;
  readonly #close: boolean;
  readonly #method: Render;
  readonly #path: Render;
  readonly #headers: readonly (readonly [name: string, value: Render])[];
  readonly #body: ((values: Values) => Buffer) | null;
  readonly #fixed: Rendered | null;

  /** @throws ZipfireError `usage` for a request that undici would not send */
  constructor(operation: Operation, context: RequestContext) {
    this.operation = operation;
    this.#context = context;
    for (const { name } of operation.headers) {
      if (!refused.has(name.toLowerCase())) continue;
      throw usageError(
        `operation ${escapeText(operation.name)}: the undici driver does not send the header ${escapeText(name)}`,
        'leave it out, or use the wire driver',
      );
    }
    if (operation.method.join('') === 'CONNECT') {
      throw usageError(
        `operation ${escapeText(operation.name)}: CONNECT is for proxies`,
        'give --proxy instead',
      );
    }
    this.#close = !context.keepAlive || closes(operation);
    this.#method = renderer(operation.method);
    const prefix = context.forwarded ? [`http://${context.authority}`] : [];
    this.#path = renderer([...prefix, ...operation.target]);
    this.#headers = headersOf(operation, context).map(([name, value]) => [name, renderer(value)]);
    this.#body = operation.body === null ? null : bytesOf(operation.body);
    const { method, target, headers, body } = operation;
    const texts = [method, target, ...headers.map(({ value }) => value), body ?? []];
    this.#fixed = texts.every(isFixed) ? this.#render(NO_VALUES) : null;
  }

  render(values: Values): Rendered {
    return this.#fixed ?? this.#render(values);
  }

  #render(values: Values): Rendered {
    const headers: string[] = [];
    for (const [name, value] of this.#headers) headers.push(name, value(values));
    const hop: Hop = {
      origin: this.#context.origin,
      method: this.#method(values),
      path: this.#path(values),
      headers,
      body: this.#body === null ? null : this.#body(values),
      reset: this.#close,
      // The user asked for this many requests at once, whatever their method.
      idempotent: true,
      blocking: false,
      // Not undici's from the Host header: a header that varies would make it change connections.
      servername: 'target',
      away: false,
    };
    return { hop, bytesOut: sizeOf(hop) };
  }
}

function headersOf(operation: Operation, context: RequestContext): [name: string, value: Text][] {
  const given = new Set(operation.headers.map(({ name }) => name.toLowerCase()));
  const headers: [string, Text][] = [];
  if (!given.has('host')) headers.push(['host', [context.authority]]);
  if (context.decompress && !given.has('accept-encoding'))
    headers.push(['accept-encoding', [ACCEPT_ENCODING]]);
  if (context.proxyAuthorization !== null)
    headers.push(['proxy-authorization', [context.proxyAuthorization]]);
  for (const { name, value } of operation.headers) {
    if (name.toLowerCase() !== 'connection') headers.push([name, value]);
  }
  return headers;
}

/** Whether the operation itself asks for the connection to be closed. */
function closes(operation: Operation): boolean {
  return operation.headers.some(
    ({ name, value }) => name.toLowerCase() === 'connection' && /\bclose\b/i.test(value.join('')),
  );
}

/** Bytes of the request as undici writes it over HTTP/1.1; over HTTP/2, what they would be. */
function sizeOf(hop: Hop): number {
  let bytes = `${hop.method} ${hop.path} HTTP/1.1\r\n`.length;
  for (let i = 0; i < hop.headers.length; i += 2) {
    bytes += (hop.headers[i] as string).length + (hop.headers[i + 1] as string).length + ': \r\n'.length;
  }
  bytes += (hop.reset ? 'connection: close\r\n' : 'connection: keep-alive\r\n').length;
  const bodyBytes = hop.body?.length ?? 0;
  if (bodyBytes > 0 || announcesBody.has(hop.method)) bytes += `content-length: ${bodyBytes}\r\n`.length;
  return bytes + '\r\n'.length + bodyBytes;
}

function isFixed(text: Text): boolean {
  return text.every((part) => typeof part === 'string');
}

function renderer(text: Text): Render {
  if (isFixed(text)) {
    const fixed = text.join('');
    return () => fixed;
  }
  return (values) => {
    let rendered = '';
    for (const part of text) rendered += typeof part === 'string' ? part : (values[part] as string);
    return rendered;
  };
}

function bytesOf(text: Text): (values: Values) => Buffer {
  const render = renderer(text);
  if (!isFixed(text)) return (values) => Buffer.from(render(values), 'latin1');
  const fixed = Buffer.from(render(NO_VALUES), 'latin1');
  return () => fixed;
}
