import {
  type GrpcCall,
  type GrpcPlan,
  type OperationCall,
  positionOf,
  type StreamPlan,
  type Values,
  WARMUP_HITS,
} from '../core/index.js';
import type { ValueSource } from './variables.js';

/**
 * Draws of one call whose messages nothing counts beforehand: only time ends it. Of a call with more messages
 * the later ones have the draws of the next call.
 */
const UNCOUNTED_DRAWS = 2 ** 24;

/**
 * A call ready for its driver. The holes of its messages are the first of `sources`.
 *
 * Where each message draws its own values, a source is added at the end that says which hit it is; where a call
 * sends one message of several, one that says which.
 */
export function compileCall(
  { compiled, gzip, stream }: GrpcCall,
  sources: readonly ValueSource[],
  grpc: GrpcPlan | undefined,
): { readonly call: OperationCall; readonly sources: readonly ValueSource[] } {
  if (compiled === null || grpc === undefined) throw new Error('a call without its schema');
  const { kind, messages, holes } = compiled;
  const many = kind === 'clientStreaming' || kind === 'bidiStreaming';
  const fresh = stream.freshValues && many && holes.length > 0;
  const { types, maxMessageBytes } = grpc;
  const call = { kind, messages, types, maxMessageBytes, gzip, stream, draw: null, turn: null };
  if (!many && messages.length > 1) {
    const turn = (hit: number) => String(turnOf(hit, messages.length));
    return { call: { ...call, turn: sources.length }, sources: [...sources, turn] };
  }
  if (!fresh) return { call, sources };
  const perCall = drawsPerCall(stream, messages.length);
  return {
    call: { ...call, draw: drawer(sources.slice(0, holes.length), sources.length, perCall) },
    sources: [...sources, String],
  };
}

/** @param hitIndex which value says which hit it is */
function drawer(sources: readonly ValueSource[], hitIndex: number, perCall: number) {
  const drawn: string[] = sources.map(() => '');
  return (values: Values, index: number): Values => {
    const draw = drawOf(Number(values[hitIndex]), perCall, index);
    for (let i = 0; i < sources.length; i++) drawn[i] = (sources[i] as ValueSource)(draw);
    return drawn;
  };
}

/** How many draws a call is given: at least as many as it sends messages. */
function drawsPerCall({ messages, durationMs, intervalMs }: StreamPlan, listed: number): number {
  if (messages !== null) return messages;
  if (durationMs === null) return listed;
  return intervalMs > 0 ? Math.ceil(durationMs / intervalMs) + 1 : UNCOUNTED_DRAWS;
}

/**
 * The hit that message `index` of a call draws for: hits are counted in messages, so that no two messages of a
 * run share a draw, and keys that come in order do so from message to message and from call to call.
 */
function drawOf(hit: number, perCall: number, index: number): number {
  const first = hit < WARMUP_HITS ? 0 : WARMUP_HITS;
  return first + (hit - first) * perCall + index;
}

/** Which message a hit sends: by its number, so that it does not matter which worker sends it. */
function turnOf(hit: number, messages: number): number {
  return positionOf(hit) % messages;
}
