import { type ErrorKind, formatSpan } from '../core/index.js';
import type { PlanView } from './plan-view.js';

/** What a kind of error usually means, and where to look first. One line each. */
export function errorHint(kind: ErrorKind, plan: PlanView): string {
  return errorHints[kind](plan);
}

const errorHints: Readonly<Record<ErrorKind, (plan: PlanView) => string>> = {
  connect: () => 'no connection: is it listening, its accept queue full, our local ports used up?',
  read: () => 'closed or reset before the response was whole: a crash, or an idle time-out that is too short',
  write: () => 'the connection broke while the request was written',
  timeout: (plan) =>
    `no whole response${plan.timeoutMs === null ? '' : ` within ${formatSpan(plan.timeoutMs / 1e3)}`}: it stalls, or --timeout is too short`,
  protocol: () => 'not the protocol expected: compare http:// with https://, and --http1 with --http2',
  status: () => 'a whole response that says failure, see statuses',
};

/** A validity reason in its parts. */
export interface Reason {
  /** One word that scripts match; empty when there is none. */
  readonly code: string;
  readonly fact: string;
  /** What to do about it; null when the reason does not say. */
  readonly mend: string | null;
}

/** Reads `code: fact; mend`. Whatever has another form is all fact. */
export function readReason(reason: string): Reason {
  const { code = '', sentence = reason } =
    /^(?<code>[a-z][a-z\d-]*): (?<sentence>.*)$/s.exec(reason)?.groups ?? {};
  const semicolon = sentence.indexOf('; ');
  if (semicolon < 0) return { code, fact: sentence, mend: null };
  return { code, fact: sentence.slice(0, semicolon), mend: sentence.slice(semicolon + 2) };
}
