import { parseCount, usageError, ZipfireError } from '../../core/index.js';
import { type Flag, text } from '../flag-table.js';
import type { TargetWatcher } from './target.js';

/** What a run looks at besides its own figures: its result then has signals and a diagnosis. */
export const signalFlags: Record<string, Flag> = {
  pid: text('look at this process of the service and all that it started: CPU, memory, waiting (Linux)'),
  'pid-of-port': text('look at the service that listens on this port of this machine, and name what ails it'),
  scrape: text(
    'URL of a metrics page (Prometheus, OpenMetrics), read once a second: pauses of the collector',
  ),
};

export interface SignalFlags {
  readonly pid: number | null;
  readonly pidOfPort: number | null;
  readonly scrape: string | null;
}

/** Null: nothing is to be looked at. @throws ZipfireError `usage` */
export function readSignalFlags(argv: Readonly<Record<string, unknown>>): SignalFlags | null {
  const { pid, 'pid-of-port': port, scrape } = argv;
  if (pid === undefined && port === undefined && scrape === undefined) return null;
  if (pid !== undefined && port !== undefined)
    throw usageError('--pid and --pid-of-port name a process each', 'give one of them');
  return {
    pid: pid === undefined ? null : numberOf('pid', pid, 2 ** 31 - 1, '$(pgrep -n server)'),
    pidOfPort: port === undefined ? null : numberOf('pid-of-port', port, 65_535, '8080'),
    scrape: scrape === undefined ? null : pageUrl(scrape),
  };
}

/** Loaded where it is asked for. Rejects with a ZipfireError `usage` where there is nobody to look at. */
export async function watcherOf(watched: SignalFlags | null): Promise<TargetWatcher | undefined> {
  return watched === null ? undefined : (await import('./target.js')).watchTarget(watched);
}

function numberOf(name: string, value: unknown, most: number, example: string): number {
  const mend = usageError(`--${name}: expected a number from 1 to ${most}, once`, `--${name} ${example}`);
  if (typeof value !== 'string') throw mend;
  try {
    const number = parseCount(value);
    if (number > 0 && number <= most) return number;
  } catch (error) {
    if (!(error instanceof ZipfireError)) throw error;
  }
  throw mend;
}

function pageUrl(value: unknown): string {
  if (typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value)) return value;
  throw usageError('--scrape: expected a URL, once', '--scrape http://127.0.0.1:8080/metrics');
}
