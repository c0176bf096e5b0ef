import { parseCount, parseDurationMs, usageError } from '../../core/index.js';
import { type Flag, flag, text } from '../flag-table.js';

/** How the target's connections are probed, before the load. */
export const probeFlags: Record<string, Flag> = {
  probe: flag('ask the target by some forty connections how it treats them, before the load'),
  'lb-idle': text('what is in front of it keeps idle connections for so long, 60s; for --probe'),
  'idle-limit': text('how long connections idle at most to find the time-out (10s); for --probe'),
  'probe-requests': text('requests on one connection at most (2000); for --probe'),
  'probe-time': text('how long an HTTP/2 connection is watched (10s); for --probe'),
  'probe-pings': text(
    'ping an HTTP/2 connection at this interval, e.g. 10s, for which some servers end it; for --probe',
  ),
};

/** What differs from the defaults of probing. */
export interface ProbeFlags {
  readonly lbIdleMs: number | null;
  readonly idleLimitMs?: number;
  readonly requests?: number;
  readonly timeMs?: number;
  readonly pingEveryMs?: number;
}

const MOST_MS = 3_600_000;
const MOST_REQUESTS = 1_000_000;

/** @param values by name in camel case @returns null: no probes @throws ZipfireError `usage` */
export function readProbeFlags(values: Readonly<Record<string, unknown>>): ProbeFlags | null {
  if (values['probe'] !== true && values['probeOnly'] !== true) {
    const idle = Object.keys(probeFlags).find(
      (name) => values[camelCase(name)] !== undefined && name !== 'probe',
    );
    if (idle !== undefined)
      throw usageError(`--${idle} is for --probe`, `--probe --${idle} ${String(values[camelCase(idle)])}`);
    return null;
  }
  const { lbIdle, idleLimit, probeRequests, probeTime, probePings } = values;
  return {
    lbIdleMs: typeof lbIdle === 'string' ? time('lb-idle', lbIdle) : null,
    ...(typeof idleLimit === 'string' ? { idleLimitMs: time('idle-limit', idleLimit) } : {}),
    ...(typeof probeRequests === 'string' ? { requests: count(probeRequests) } : {}),
    ...(typeof probeTime === 'string' ? { timeMs: time('probe-time', probeTime) } : {}),
    ...(typeof probePings === 'string' ? { pingEveryMs: time('probe-pings', probePings) } : {}),
  };
}

function time(name: string, value: string): number {
  const ms = parseDurationMs(value);
  if (ms > 0 && ms <= MOST_MS) return ms;
  throw usageError(`--${name}: expected a time of up to an hour`, `--${name} 60s`);
}

function count(value: string): number {
  const most = parseCount(value);
  if (most > 0 && most <= MOST_REQUESTS) return most;
  throw usageError('--probe-requests: expected 1 to 1000000', '--probe-requests 2000');
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
