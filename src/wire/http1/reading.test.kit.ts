import assert from 'node:assert/strict';
import type { ParseError } from './errors.js';
import type { ResponseLimits } from './limits.js';
import { HeadMemory } from './memory.js';
import { ResponseParser } from './response.js';

export interface Reading {
  readonly complete: boolean;
  readonly error: ParseError | null;
  readonly status: number;
  readonly keepAlive: boolean;
  readonly bytes: number;
  /** What the observer was given. */
  readonly head: string | null;
  readonly body: string;
}

export interface Circumstances {
  readonly head?: boolean;
  readonly limits?: Partial<ResponseLimits>;
  /** The connection ends after the bytes. */
  readonly end?: boolean;
}

/** Reads one response from `text`, cut at the given offsets into reads. */
function read(
  text: string,
  circumstances: Circumstances,
  cuts: readonly number[],
  memory: HeadMemory,
): Reading {
  let head: string | null = null;
  let body = '';
  const observer = {
    head(buf: Buffer, from: number, to: number) {
      assert.equal(head, null, 'one head a response');
      head = buf.toString('latin1', from, to);
    },
    body(buf: Buffer, from: number, to: number) {
      assert.ok(from < to, 'no empty piece of a body');
      body += buf.toString('latin1', from, to);
    },
  };
  const parser = new ResponseParser(circumstances.limits, { memory, observer });
  parser.reset(circumstances.head ?? false);
  let at = 0;
  for (const cut of [...cuts, text.length]) {
    // Each read comes in a buffer of its own, away from its start: what came before is gone.
    const piece = Buffer.from(`??${text.slice(at, cut)}??`, 'latin1');
    const taken = parser.feed(piece, 2, piece.length - 2) - 2;
    at += taken;
    if (at < cut) break;
  }
  if (circumstances.end) parser.finish();
  const { complete, error, status, keepAlive, bytes } = parser;
  assert.equal(bytes, at, 'every byte taken is counted');
  assert.equal(parser.started, at > 0);
  return { complete, error, status, keepAlive, bytes, head, body };
}

/** Reads it whole, cut in two everywhere, and byte by byte, with and without a memory of it: the same each time. */
export function readEveryWay(text: string, circumstances: Circumstances): Reading {
  const memory = new HeadMemory();
  const whole = read(text, circumstances, [], new HeadMemory());
  const bytewise = Array.from({ length: text.length }, (_, i) => i);
  assert.deepEqual(read(text, circumstances, bytewise, new HeadMemory()), whole, 'byte by byte');
  for (let cut = 0; cut <= text.length; cut++) {
    assert.deepEqual(read(text, circumstances, [cut], new HeadMemory()), whole, `cut at ${cut}`);
    assert.deepEqual(read(text, circumstances, [cut], memory), whole, `cut at ${cut}, remembered`);
  }
  return whole;
}

export const OK = 'HTTP/1.1 200 OK\r\n';
export const EMPTY = 'Content-Length: 0\r\n\r\n';
export const CHUNKED = 'Transfer-Encoding: chunked\r\n\r\n';
