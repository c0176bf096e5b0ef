import { escapeText, parseDurationMs, parseNumber, streamOf, uniform53, usageError } from '../core/index.js';
import { attempt } from './attempt.js';

/** No added latency is longer, whatever its distribution says. */
export const MAX_LATENCY_MS = 60_000;

const stream = streamOf('target latency');

/** How long the service takes on purpose. All times in milliseconds. */
export type Latency =
  | { readonly kind: 'none' }
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly lowMs: number; readonly highMs: number }
  | { readonly kind: 'exp'; readonly meanMs: number }
  /** What would be below 0 is 0. */
  | { readonly kind: 'normal'; readonly meanMs: number; readonly stdevMs: number }
  /** exp(N(ln median, sigma²)): the median is `medianMs`, p84 is `medianMs` × e^sigma. */
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly sigma: number };

export const latencyGrammar =
  'none, 10ms, uniform:5ms,15ms, exp:10ms, normal:10ms,2ms or lognormal:10ms,0.5 (median, sigma), of at most 60s';

/** Reads a latency as written (`exp:10ms`). Throws a usage error that shows the grammar. */
export function parseLatency(text: string): Latency {
  const latency = read(text.trim());
  if (latency === null) {
    throw usageError(
      `latency (--latency): '${escapeText(text, { maxLength: 60 })}' is not a latency`,
      `give ${latencyGrammar}`,
    );
  }
  return latency;
}

function read(text: string): Latency | null {
  if (text === 'none' || text === '0') return { kind: 'none' };
  const colon = text.indexOf(':');
  const name = colon < 0 ? 'fixed' : text.slice(0, colon);
  const parts = text.slice(colon + 1).split(',');
  const [first = '', second = ''] = parts;
  const firstMs = latencyMs(first);
  if (firstMs === null) return null;

  if (parts.length === 1) {
    if (name === 'fixed') return { kind: 'fixed', ms: firstMs };
    return name === 'exp' ? { kind: 'exp', meanMs: firstMs } : null;
  }
  if (parts.length !== 2) return null;
  if (name === 'lognormal') {
    const sigma = attempt(parseNumber, second);
    if (sigma === null || sigma > 10) return null;
    return { kind: 'lognormal', medianMs: firstMs, sigma };
  }
  const secondMs = latencyMs(second);
  if (secondMs === null) return null;
  if (name === 'normal') return { kind: 'normal', meanMs: firstMs, stdevMs: secondMs };
  if (name === 'uniform' && firstMs <= secondMs) return { kind: 'uniform', lowMs: firstMs, highMs: secondMs };
  return null;
}

function latencyMs(text: string): number | null {
  const ms = attempt(parseDurationMs, text);
  return ms !== null && ms <= MAX_LATENCY_MS ? ms : null;
}

/**
 * The latency at two independent uniform draws: by inversion, and Box and Muller (1958) for the normal.
 * @param u in [0, 1)
 * @param v in [0, 1); only the normal and the lognormal use it
 * @returns milliseconds in [0, MAX_LATENCY_MS]
 */
export function sampleLatencyMs(latency: Latency, u: number, v: number): number {
  switch (latency.kind) {
    case 'none':
      return 0;
    case 'fixed':
      return latency.ms;
    case 'uniform':
      return latency.lowMs + (latency.highMs - latency.lowMs) * u;
    case 'exp':
      return clamp(-latency.meanMs * Math.log1p(-u));
    case 'normal':
      return clamp(latency.meanMs + latency.stdevMs * standardNormal(u, v));
    case 'lognormal':
      return clamp(latency.medianMs * Math.exp(latency.sigma * standardNormal(u, v)));
  }
}

/** The latency of request `n`, in nanoseconds: the same for the same seed. */
export function latencySampler(latency: Latency, seed: number): (n: number) => number {
  return (n) => sampleLatencyMs(latency, uniform53(seed, stream, n, 0), uniform53(seed, stream, n, 1)) * 1e6;
}

/** 1 − u, because u may be 0 and is never 1. */
function standardNormal(u: number, v: number): number {
  return Math.sqrt(-2 * Math.log1p(-u)) * Math.cos(2 * Math.PI * v);
}

function clamp(ms: number): number {
  return Math.min(MAX_LATENCY_MS, Math.max(0, ms));
}
