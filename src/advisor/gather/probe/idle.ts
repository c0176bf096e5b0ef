import type { Close } from './conversation.js';
import { IdleConnections, type IdleEnd, type IdleResults } from './idle-connections.js';
import { converse, countFor, type Prober, whyNoAnswer } from './prober.js';
import { probeRace, type RaceFacts } from './race.js';

/** After how long without a request the server ends a connection, and how. */
export interface IdleFacts {
  /** How long it was looked for. */
  readonly limitMs: number;
  /** Null: connections outlived the limit, so that it is that at least. */
  readonly timeoutMs: number | null;
  /** How far off the time may be: half of what lies between two requests, or the spread of what was seen. */
  readonly withinMs: number | null;
  /**
   * `fin`, `rst`: the connection ends by itself. `silence`: it stays open, and a request on it is never answered;
   * `reset-on-use`: or answered with RST, as by a middlebox that forgot the connection.
   */
  readonly endsBy: Close['by'] | 'silence' | 'reset-on-use' | null;
  /** What `Keep-Alive: timeout` promised. */
  readonly hintSec: number | null;
  /** Raw: when connections were closed that nobody used, after their last response. */
  readonly closedMs: readonly number[];
  /** Raw: requests on connections that had idled for so long, and what became of them. */
  readonly asked: readonly { readonly afterMs: number; readonly end: IdleEnd }[];
  /** Requests sent just when the server closes; null: it does not close by itself. */
  readonly race: RaceFacts | null;
}

/** Connections that are only watched. */
const WATCHED = 2;
/** Connections that are asked again, each after another time. */
const ASKED = 20;
/** Around the moment at which the server closes. */
const RACING = 16;
/** Of each of these, however large the responses are. */
const FEWEST = 4;
/** Timers of servers tick by the second. */
const CONFIRM_MS = 1500;
/** Each narrows the time down this many times; two are enough for an hour. */
const REFINED = 24;
const CLOSER_LOOKS = 2;
/** Fine enough, with what timers add: the middle between two is then known within 0.28 s. */
const STEP_MS = 500;

/**
 * Lets connections idle side by side: a few until they are closed, the others each for another time, which finds a
 * server or a middlebox that ends them in silence. Takes `limitMs`, and
 * as long again for each closer look at what ends in silence.
 *
 * @param hintSec as the first response said it
 * @param bytes of a response: with large ones fewer connections must do
 * @throws Error when no connection comes about, or what ended some connections did not end another
 */
export async function probeIdle(
  prober: Prober,
  limitMs: number,
  hintSec: number | null,
  bytes: number,
  signal: AbortSignal,
): Promise<IdleFacts> {
  const none = { limitMs, hintSec, race: null } as const;
  const first = new IdleConnections(prober, limitMs, signal);
  const most = countFor(bytes, FEWEST, ASKED);
  const coarse = await first.run(WATCHED, evenly(0, limitMs, Math.max(1, Math.min(most, limitMs / STEP_MS))));
  if (signal.aborted) return cutShort(coarse, none, signal);
  if (coarse.closes.length > 0) {
    const seenMs = coarse.closes.map(({ afterMs }) => afterMs).toSorted((a, b) => a - b);
    const typicalMs = seenMs[seenMs.length >> 1] ?? 0;
    // All of these began together: one more tells idleness from a server that ended, or began again.
    const [race, confirmedMs] = await Promise.all([
      probeRace(prober, seenMs[0] ?? typicalMs, countFor(bytes, FEWEST, RACING), signal),
      closedAfter(prober, typicalMs + CONFIRM_MS),
    ]);
    const closedMs = [...seenMs, confirmedMs].toSorted((a, b) => a - b);
    const timeoutMs = closedMs[closedMs.length >> 1] ?? 0;
    return {
      ...none,
      timeoutMs,
      withinMs: Math.max(...closedMs.map((ms) => Math.abs(ms - timeoutMs))),
      endsBy: coarse.closes[0]?.by ?? 'fin',
      closedMs,
      asked: coarse.asked,
      race,
    };
  }
  if (bracketOf(coarse.asked) === null)
    return { ...none, timeoutMs: null, withinMs: null, endsBy: null, closedMs: [], asked: coarse.asked };
  const asked = [...coarse.asked];
  for (let closer = 0; closer < CLOSER_LOOKS; closer++) {
    const [from, to] = bracketOf(asked) ?? [0, limitMs];
    if (to - from <= 1.1 * STEP_MS) break;
    const between = Math.min(countFor(bytes, FEWEST, REFINED), Math.ceil((to - from) / STEP_MS));
    const times = evenly(from, to, between).slice(0, -1);
    asked.push(...(await new IdleConnections(prober, to, signal).run(0, times)).asked);
  }
  const [low, high] = bracketOf(asked) ?? [0, limitMs];
  return {
    ...none,
    timeoutMs: (low + high) / 2,
    withinMs: (high - low) / 2,
    endsBy: asked.find(isLost)?.end === 'silence' ? 'silence' : 'reset-on-use',
    closedMs: [],
    asked: asked.toSorted((a, b) => a.afterMs - b.afterMs),
  };
}

/** What is known when it was ended by hand: it is so long at least. @throws the signal's reason when that is not known */
function cutShort(
  { closes, asked }: IdleResults,
  none: Pick<IdleFacts, 'limitMs' | 'hintSec' | 'race'>,
  signal: AbortSignal,
): IdleFacts {
  const limitMs = Math.max(0, ...asked.map(({ afterMs }) => afterMs));
  if (limitMs === 0 || closes.length > 0 || bracketOf(asked) !== null) signal.throwIfAborted();
  return { ...none, limitMs, timeoutMs: null, withinMs: null, endsBy: null, closedMs: [], asked };
}

/** After how long one connection more is closed. @throws Error when it is not, or none comes about */
async function closedAfter(prober: Prober, limitMs: number): Promise<number> {
  const { talk } = await converse(prober);
  try {
    const first = await talk.ask(prober.request, prober.timeoutMs);
    if (first.kind !== 'answered') throw new Error(whyNoAnswer(first, prober.timeoutMs));
    const close = await talk.untilClosed(limitMs);
    if (close !== null) return close.atMs - first.atMs;
    prober.sockets.throwIfAborted();
    throw new Error(
      'connections were closed together, and a later one was not: the server began again, or did not close for idleness',
    );
  } finally {
    talk.destroy();
  }
}

type Asked = IdleFacts['asked'][number];

function isLost({ end }: Asked): boolean {
  return end !== 'answered';
}

/**
 * The first time from which on every request was lost, and the longest one below it. Null: the longest was answered;
 * what was lost before is a response that took too long.
 */
function bracketOf(asked: readonly Asked[]): readonly [fromMs: number, toMs: number] | null {
  const sorted = asked.toSorted((a, b) => a.afterMs - b.afterMs);
  const last = sorted.findLastIndex((each) => !isLost(each));
  const to = sorted[last + 1];
  return to === undefined ? null : [sorted[last]?.afterMs ?? 0, to.afterMs];
}

/** `count` times in (from, to], the last one `to`. */
function evenly(from: number, to: number, count: number): number[] {
  const whole = Math.floor(count);
  return Array.from({ length: whole }, (_, i) => from + ((to - from) * (i + 1)) / whole);
}
