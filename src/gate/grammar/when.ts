import { formatSpan, parseShare, ZipfireError } from '../../core/index.js';
import type { Need, When } from '../gate.js';
import type { GateSource, Token } from '../source.js';
import { readSpanSec } from '../span.js';
import type { GateContext } from './context.js';
import type { Subject } from './subject.js';

/** The seconds of a window that may end a run are all kept while it goes on. */
const LONGEST_ABORT_SEC = 600;
const MOST_IN_A_ROW = 1000;

const windowsExample = 'in every 10s window, in 95% of 10s windows, or in 3 of 5 1m windows';
const abortExample = 'in a 10s window';

/** Takes `abort when` where a gate begins with it. */
export function takeAbort(source: GateSource): boolean {
  if (!source.takeWord('abort')) return false;
  if (source.takeWord('when')) return true;
  throw source.error(
    'expected "when": abort when errors > 5% in a 10s window',
    source.next() ?? source.rest(),
  );
}

/** Reads what follows the limit: the windows that the condition is about, or nothing. */
export function readWhen(source: GateSource, subject: Subject, abort: boolean, context: GateContext): When {
  const token = source.rest();
  const { windowSec } = subject;
  if (token.text !== '' && windowSec !== null) {
    throw source.error(`${subject.text} says its window itself; leave this out`, token);
  }
  const when = abort ? readAbort(source, token, subject) : readWindows(source, token, windowSec, context);
  if (when.kind !== 'whole' && subject.metric.windowed === false) {
    throw source.error(`${subject.text} is known at the end of the run alone`, subject.at);
  }
  return when;
}

function readAbort(source: GateSource, token: Token, { windowSec, at }: Subject): When {
  const [, span] = /^in\s+(?:a|an|any)\s+(.*?)\s*window$/i.exec(token.text) ?? [];
  if (token.text !== '' && span === undefined) throw source.error(`expected ${abortExample}`, token);
  const lengthSec = span === undefined ? windowSec : spanOf(source, token, span);
  if (lengthSec !== null && lengthSec > LONGEST_ABORT_SEC) {
    const longest = formatSpan(LONGEST_ABORT_SEC);
    throw source.error(`what ends a run looks back ${longest} at most`, windowSec === null ? token : at);
  }
  return { kind: 'abort', lengthSec };
}

function readWindows(source: GateSource, token: Token, windowSec: number | null, context: GateContext): When {
  if (windowSec !== null) {
    return { kind: 'windows', lengthSec: windowSec, need: { kind: 'share', share: 1 }, short: true };
  }
  if (token.text === '') return { kind: 'whole' };
  const { need, span } = readNeed(source, token);
  const lengthSec = spanOf(source, token, span);
  const { durationSec } = context;
  const shortest = need.kind === 'of' ? need.of * lengthSec : lengthSec;
  if (durationSec !== undefined && durationSec < shortest) {
    const what = need.kind === 'of' ? `not the ${need.of} windows` : 'no window';
    const mend = 'measure longer, or take shorter ones';
    const run = `a run of ${formatSpan(durationSec)}`;
    throw source.error(`${run} has ${what} of ${formatSpan(lengthSec)}; ${mend}`, token);
  }
  return { kind: 'windows', lengthSec, need, short: false };
}

function readNeed(source: GateSource, token: Token): { readonly need: Need; readonly span: string } {
  const { text } = token;
  const [, each] = /^in\s+(?:every|each|all)\s+(.*?)\s*windows?$/i.exec(text) ?? [];
  if (each !== undefined) return { need: { kind: 'share', share: 1 }, span: each };
  const [, share, some = ''] = /^in\s+([^\s%]+\s*%)\s*of\s+(.*?)\s*windows?$/i.exec(text) ?? [];
  if (share !== undefined)
    return { need: { kind: 'share', share: shareOf(source, token, share) }, span: some };
  const [, held, of, row = ''] = /^in\s+(\d{1,4})\s+of\s+(\d{1,4})\s+(.*?)\s*windows?$/i.exec(text) ?? [];
  if (held === undefined) throw source.error(`expected ${windowsExample}`, token);
  const need: Need = { kind: 'of', held: Number(held), of: Number(of) };
  if (need.held < 1 || need.held > need.of || need.of > MOST_IN_A_ROW) {
    throw source.error(`expected so many of more, ${MOST_IN_A_ROW} at most: in 3 of 5 1m windows`, token);
  }
  return { need, span: row };
}

function shareOf(source: GateSource, token: Token, text: string): number {
  try {
    const share = parseShare(text);
    if (share > 0) return share;
  } catch (error) {
    if (!(error instanceof ZipfireError)) throw error;
  }
  throw source.error('expected a share of the windows above 0% and up to 100%', token);
}

function spanOf(source: GateSource, token: Token, text: string): number {
  const lengthSec = readSpanSec(text);
  if (lengthSec !== null) return lengthSec;
  throw source.error('a window is of whole seconds, such as 1s, 10s or 1m, and a day at most', token);
}
