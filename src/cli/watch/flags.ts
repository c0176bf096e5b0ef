import { parseDurationMs, usageError, ZipfireError } from '../../core/index.js';
import { type Flag, list, text } from '../flag-table.js';

/** Flags of those who look on while a run goes on. */
export const watchFlagTable: Record<string, Flag> = {
  dashboard: text('serve the charts while the run goes on, [host:]port [a free port of 127.0.0.1]', {
    requiresArg: false,
  }),
  'dashboard-linger': text('how long that page stays after the run [0s]'),
  export: list('send metrics once a second: otlp=http://127.0.0.1:4318, remote-write=URL; again for more'),
};

/** Who is to look on a run. */
export interface WatchFlags {
  /** Address to serve a page at, as given; absent: none. */
  readonly dashboard?: string;
  readonly lingerMs: number;
  /** Receivers of metrics, as given; there may be secrets in them. */
  readonly exports: readonly string[];
}

/** Undefined: nobody. @throws ZipfireError `usage` */
export function readWatchFlags(flags: Readonly<Record<string, unknown>>): WatchFlags | undefined {
  const { dashboard, 'dashboard-linger': linger } = flags;
  const exports = Array.isArray(flags['export']) ? flags['export'].map(String) : [];
  if (Array.isArray(dashboard) || Array.isArray(linger))
    throw usageError('--dashboard is given more than once', 'give it once');
  if (typeof dashboard !== 'string') {
    if (linger !== undefined) throw usageError('--dashboard-linger is for --dashboard', 'give both');
    return exports.length === 0 ? undefined : { lingerMs: 0, exports };
  }
  return { dashboard, exports, lingerMs: linger === undefined ? 0 : lingerMs(String(linger)) };
}

function lingerMs(given: string): number {
  try {
    return parseDurationMs(given);
  } catch (error) {
    if (!(error instanceof ZipfireError)) throw error;
    throw usageError(`--dashboard-linger: ${error.message}`, '--dashboard-linger 10m');
  }
}

/**
 * `--dashboard` alone takes a free port: what comes after it is its value only where it looks like one, and else the
 * target.
 */
export function closeBareDashboard(words: readonly string[]): string[] {
  return words.map((word, i) => {
    const isBare = word === '--dashboard' && !/^(\[[0-9a-f:.]+\]:|[\w.-]*:)?\d+$/i.test(words[i + 1] ?? '');
    return isBare ? '--dashboard=' : word;
  });
}
