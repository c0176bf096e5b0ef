import type { KeyFit } from '../../keys/fit/index.js';

/** What was read. */
export interface LogSource {
  /** Path, or `stdin`. */
  readonly name: string;
  /** Format and key, in words. */
  readonly about: string;
  readonly bytes: number;
  readonly lines: number;
  readonly linesTooLong: number;
  readonly linesWithoutKey: number;
}

const TOP_KEYS = 20;

/** `zipfire.fit/1`: JSON of two-space indent, ending in a newline. */
export function fitDocument(fit: KeyFit, source: LogSource): string {
  const { model, alpha, n, hot, share, requests, distinct, ks, p } = fit;
  const document = {
    schema: 'zipfire.fit/1',
    model,
    alpha,
    n,
    hot,
    share,
    requests,
    distinct,
    ks,
    p,
    drift: fit.drift?.drift ?? null,
    verdict: fit.verdict,
    intervals: fit.intervals,
    candidates: fit.tried,
    driftDetail: fit.drift,
    topShares: fit.topShares,
    top: fit.top.slice(0, TOP_KEYS).map(({ text, isCut, count }) => ({ key: text, isCut, requests: count })),
    isSample: fit.isSample,
    table: fit.table,
    input: source,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
