import assert from 'node:assert/strict';
import {
  HeadMemory,
  type ParseError,
  type ResponseLimits,
  ResponseParser,
} from '#zipfire/wire/http1/index.js';

/** What became of one response. */
export interface Reading {
  readonly complete: boolean;
  readonly error: ParseError | null;
  readonly status: number;
  readonly keepAlive: boolean;
  readonly bytes: number;
  /** Bytes of the head that the observer was given, and of the body. */
  readonly headBytes: number;
  readonly bodyBytes: number;
}

export interface ReadOptions {
  /** The response is one to HEAD. */
  readonly head?: boolean;
  readonly limits?: Partial<ResponseLimits>;
  readonly memory?: HeadMemory;
  /** Offsets, ascending, at which reads cut the bytes. */
  readonly cuts?: readonly number[];
}

/**
 * Reads one response from the bytes of a connection that ends after them. Asserts what must hold of every
 * call: bytes are taken in order, and all of them unless the response is whole or refused.
 */
export function readResponse(wire: Buffer, options: ReadOptions = {}): Reading {
  let headBytes = 0;
  let bodyBytes = 0;
  const observer = {
    head(_buf: Buffer, from: number, to: number): void {
      headBytes += to - from;
    },
    body(_buf: Buffer, from: number, to: number): void {
      bodyBytes += to - from;
    },
  };
  const parser = new ResponseParser(options.limits, { memory: options.memory ?? new HeadMemory(), observer });
  parser.reset(options.head ?? false);
  let at = 0;
  for (const cut of [...(options.cuts ?? []), wire.length]) {
    const taken = parser.feed(wire, at, cut);
    assert.ok(taken >= at && taken <= cut, 'takes what it was given');
    at = taken;
    if (parser.complete || parser.error !== null) break;
    assert.equal(at, cut, 'takes all of it when there is more to come');
  }
  parser.finish();
  const { complete, error, status, keepAlive, bytes } = parser;
  assert.equal(bytes, at);
  assert.ok(!(complete && error !== null), 'either whole or refused');
  return { complete, error, status, keepAlive, bytes, headBytes, bodyBytes };
}
