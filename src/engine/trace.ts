import { hash32, uniform53 } from '../core/index.js';
import type { CompiledOperation } from '../request/index.js';

const SHARE_STREAM = 0x74726373;
const ID_STREAM = 0x74726369;

/**
 * Which hits are traced, and with what id (W3C Trace Context, section 3.2). Which ones follows from (seed, hit), and
 * so does an id but for its first four bytes: those are of the time, as a backend would otherwise show the requests
 * of every run of one seed as one trace.
 */
export class Tracer {
  readonly #share: number;
  readonly #seed: number;
  #time = '';

  constructor(share: number, seed: number) {
    this.#share = share;
    this.#seed = seed;
  }

  /** Ids from now on are of this time. */
  begin(nowMs: number): void {
    this.#time = hex(nowMs % 2 ** 32);
  }

  isTraced(hit: number): boolean {
    return uniform53(this.#seed, SHARE_STREAM, hit, 0) < this.#share;
  }

  /** 32 hex digits. */
  traceId(hit: number): string {
    return `${this.#time}${this.#word(hit, 0)}${this.#word(hit, 1)}${this.#word(hit, 2)}`;
  }

  /** The header's value: version 00, trace id, the id of the request as its parent, and that it is sampled. */
  traceparent(hit: number): string {
    return `00-${this.traceId(hit)}-${this.#word(hit, 3)}${this.#word(hit, 4)}-01`;
  }

  /** Never all zero: an id of zeros is no id. */
  #word(hit: number, draw: number): string {
    return hex(hash32(this.#seed, ID_STREAM, hit, draw) || 1);
  }
}

/** An operation with the header. */
export function traced({ operation, sources }: CompiledOperation, tracer: Tracer): CompiledOperation {
  return {
    operation: {
      ...operation,
      headers: [...operation.headers, { name: 'traceparent', value: [sources.length] }],
    },
    sources: [...sources, (hit) => tracer.traceparent(hit)],
  };
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
