import { usageError } from '../core/index.js';
import type { Gate } from './gate.js';
import type { GateContext } from './grammar/context.js';
import { readComparison, readLimit } from './grammar/limit.js';
import { readSubject } from './grammar/subject.js';
import { readWhen, takeAbort } from './grammar/when.js';
import { GateSource } from './source.js';

const MAX_LENGTH = 200;

/**
 * Reads a gate.
 *
 * ```
 * gate       = condition [ "in" windows ]
 *            | "abort when" condition [ "in a" span "window" ]
 * condition  = subject comparison limit
 * subject    = [ operation "." ] metric                             ; read, or a part of it: read[x-env=canary]
 * metric     = [ histogram "." ] statistic | name [ "(" argument ")" ]
 * histogram  = "response" | "service" | "lateness" | "failed" | "message"  ; response when none is named
 * statistic  = "min" | "mean" | "stdev" | "max" | "p50" | "p75" | "p90" | "p95" | "p99" | "p99.9" | "p99.99"
 * name       = "errors" | "timeouts" | "status" | "grpc" | "ok" | "qps" | "jitter" | "dropped" | "unsent"
 *            | "messages" | "burn"
 * argument   = digit digit digit | digit "xx"                       ; status(503), status(5xx)
 *            | grpc-status                                          ; grpc(UNAVAILABLE)
 *            | "qps" | "p50" | "p99" | "max"                        ; jitter(qps)
 *            | percent [ "under" duration ] "," span                ; burn(99.9%, 1h), burn(99% under 380ms, 5m)
 * comparison = "<" | "<=" | ">" | ">=" | "=="                       ; ≤ and ≥ too
 * limit      = duration | count | percent | rate | number           ; which of them depends on the metric
 *            | percent "of rate" | [ number "x" | percent "of" ] "baseline"
 * windows    = "every" span "window" | percent "of" span "windows" | count "of" count span "windows"
 * span       = duration                                             ; of whole seconds
 * ```
 *
 * @throws ZipfireError `usage` with the gate, carets under the place, and what was expected there
 */
export function parseGate(text: string, context: GateContext): Gate {
  if (text.length > MAX_LENGTH) throw usageError(`a gate of more than ${MAX_LENGTH} characters`);
  if (text.trim() === '') throw usageError('an empty gate; write one such as p99 < 380ms');
  const source = new GateSource(text.trim());
  const abort = takeAbort(source);
  const subject = readSubject(source, context);
  const comparison = readComparison(source);
  const { limit, unit, read } = readLimit(source, subject, context);
  const when = readWhen(source, subject, abort, context);
  const { operation, text: metric } = subject;
  return { source: source.text, operation, metric, comparison, limit, when, unit, read };
}
