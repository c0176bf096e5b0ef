import type { FieldSink } from '../hpack/index.js';

/** A response's head, or its trailers, as far as a load generator looks at it. */
export interface ResponseHead {
  /** 100–599; 0 when there is no :status, as in trailers. */
  readonly status: number;
  /** Bytes; −1 when absent. */
  readonly contentLength: number;
  readonly contentType: string | null;
  readonly contentEncoding: string | null;
  /** −1 when absent; 2 (UNKNOWN) when it is no number. */
  readonly grpcStatus: number;
  /** Percent-encoded, as it came. */
  readonly grpcMessage: string | null;
  readonly grpcEncoding: string | null;
  /** All fields, in order, when they are captured; empty otherwise. */
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** Why the message is malformed (RFC 9113 §8.1.1), or null. */
  readonly fault: string | null;
}

/** Fills a head from decoded fields. Meant to be used again after `reset`. */
export class HeadReader implements ResponseHead, FieldSink {
  status = 0;
  contentLength = -1;
  contentType: string | null = null;
  contentEncoding: string | null = null;
  grpcStatus = -1;
  grpcMessage: string | null = null;
  grpcEncoding: string | null = null;
  names: string[] = [];
  values: string[] = [];
  fault: string | null = null;
  readonly #capture: boolean;
  #regular = false;

  /** @param capture whether `names` and `values` are filled */
  constructor(capture: boolean) {
    this.#capture = capture;
  }

  reset(): void {
    this.status = 0;
    this.contentLength = -1;
    this.contentType = null;
    this.contentEncoding = null;
    this.grpcStatus = -1;
    this.grpcMessage = null;
    this.grpcEncoding = null;
    this.fault = null;
    this.#regular = false;
    if (!this.#capture) return;
    // New ones: a handler may have kept the old ones.
    this.names = [];
    this.values = [];
  }

  field(name: string, bytes: Buffer, from: number, to: number): void {
    if (name.charCodeAt(0) === COLON) this.#pseudo(name, bytes, from, to);
    else {
      this.#regular = true;
      this.#regularField(name, bytes, from, to);
    }
    if (!isValue(bytes, from, to)) this.fault ??= `a value of ${name} with a forbidden byte`;
    if (!this.#capture) return;
    this.names.push(name);
    this.values.push(bytes.toString('latin1', from, to));
  }

  /** §8.3: before all others, each once, and a response has :status only. */
  #pseudo(name: string, bytes: Buffer, from: number, to: number): void {
    if (name !== ':status') this.fault ??= 'a pseudo-header that responses do not have';
    else if (this.#regular) this.fault ??= ':status after other fields';
    else if (this.status !== 0) this.fault ??= 'more than one :status';
    else {
      const status = to - from === 3 ? digits(bytes, from, to) : -1;
      if (status < 100 || status > 599) this.fault ??= 'a :status out of range';
      else this.status = status;
    }
  }

  #regularField(name: string, bytes: Buffer, from: number, to: number): void {
    switch (name) {
      case 'content-length': {
        const length = digits(bytes, from, to);
        if (length < 0) this.fault ??= 'a content-length that is no number';
        else if (this.contentLength >= 0 && this.contentLength !== length)
          this.fault ??= 'two different content-lengths';
        this.contentLength = length;
        break;
      }
      case 'content-type':
        this.contentType = bytes.toString('latin1', from, to);
        break;
      case 'content-encoding':
        this.contentEncoding = bytes.toString('latin1', from, to);
        break;
      case 'grpc-status': {
        const status = digits(bytes, from, to);
        this.grpcStatus = status < 0 ? GRPC_UNKNOWN : status;
        break;
      }
      case 'grpc-message':
        this.grpcMessage = bytes.toString('latin1', from, to);
        break;
      case 'grpc-encoding':
        this.grpcEncoding = bytes.toString('latin1', from, to);
        break;
      case 'connection':
      case 'keep-alive':
      case 'proxy-connection':
      case 'transfer-encoding':
      case 'upgrade':
        this.fault ??= `${name}, which HTTP/2 does not have`;
        break;
      default:
        if (!isName(name)) this.fault ??= 'a field name with a forbidden character';
    }
  }
}

const COLON = 0x3a;
const GRPC_UNKNOWN = 2;

/** A decimal number of at most 15 digits; −1 for anything else. */
function digits(bytes: Buffer, from: number, to: number): number {
  if (from === to || to - from > 15) return -1;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** §8.2.1: printable ASCII without capitals and colons. */
function isName(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const char = name.charCodeAt(i);
    if (char <= 0x20 || char >= 0x7f || char === COLON || (char >= 0x41 && char <= 0x5a)) return false;
  }
  return name.length > 0;
}

/** §8.2.1: no NUL, CR or LF, and no blank at either end. */
function isValue(bytes: Buffer, from: number, to: number): boolean {
  if (from === to) return true;
  if (isBlank(bytes[from] as number) || isBlank(bytes[to - 1] as number)) return false;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte <= 0x0d && (byte === 0 || byte === 0x0a || byte === 0x0d)) return false;
  }
  return true;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}
