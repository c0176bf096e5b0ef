import { escapeText, formatBytes, formatCount, usageError } from '../../core/index.js';
import { KeyLog, type KeyLogOptions } from '../../keys/fit/index.js';
import { logChunks } from '../log-chunks.js';
import { endsWithin } from './deadline.js';

/** For a regex of the user's on one chunk: a hundred times what a chunk takes with one that is sane. */
const PATTERN_TIMEOUT_MS = 5000;
/** Chunks between two signs of life. */
const CHUNKS_A_SIGN = 16;

interface ReadOptions extends KeyLogOptions {
  readonly seed: number;
  readonly showProgress: boolean;
  readonly patternTimeoutMs?: number;
}

/** @throws ZipfireError `usage` where it cannot be read or has no keys, or a regex takes too long */
export async function readLog(path: string, options: ReadOptions): Promise<KeyLog> {
  const { seed, showProgress, patternTimeoutMs = PATTERN_TIMEOUT_MS, ...keys } = options;
  const log = new KeyLog(keys, seed);
  const hasPattern = keys.regex !== undefined || keys.key !== undefined;
  const guarded = (work: () => void) => {
    if (!hasPattern) work();
    else if (!endsWithin(patternTimeoutMs, work)) throw tooSlow(log, patternTimeoutMs);
  };
  let chunks = 0;
  try {
    for await (const chunk of logChunks(path)) {
      guarded(() => log.push(chunk));
      if (showProgress && chunks++ % CHUNKS_A_SIGN === 0) showSign(path, log);
    }
    guarded(() => log.end());
  } finally {
    if (showProgress) process.stderr.write('\r\x1b[K');
  }
  return log;
}

function tooSlow(log: KeyLog, timeoutMs: number): Error {
  return usageError(
    `the regex takes more than ${timeoutMs / 1e3} s on the lines after line ${formatCount(log.lines - 1)}`,
    'a group that repeats within a group that repeats, as in (a+)+, is the usual reason: write it without',
  );
}

function showSign(path: string, log: KeyLog): void {
  const name = escapeText(path, { maxLength: 30 });
  process.stderr.write(`\r${name}: ${formatBytes(log.bytes)}, ${formatCount(log.lines)} lines\x1b[K`);
}
