import type { Due } from '../../core/index.js';
import type { Capturer, CookieJar } from '../../request/index.js';
import type { Journey } from '../starts.js';

/**
 * One who sends one request after the other, on one connection, and keeps what the responses gave. Where it is in a
 * sequence it is `dueNs` that says when the next step is sent.
 */
export class User implements Due {
  dueNs = 0;
  place = -1;
  /** Its ticket too: it has one request in flight at most. */
  readonly index: number;
  readonly connection: number;
  /** What it has captured, by capture name; null: nothing. */
  readonly values: (string | null)[];
  /** Null: cookies are not kept. */
  jar: CookieJar | null = null;

  // What it has begun.
  hit = 0;
  /** Null: a single operation. */
  journey: Journey | null = null;
  step = 0;
  /** Which stretch began it. */
  begunIn = 0;
  begunNs = 0;
  firstSentNs = 0;
  latenessNs = 0;
  bytesOut = 0;
  bytesIn = 0;
  /** Of a sequence that goes on after a failure. */
  failed = false;

  // What it has in flight.
  inFlight = false;
  operation = 0;
  cohort = 0;
  intendedNs = 0;
  sentNs = 0;
  /** What takes values out of the response; null: nothing does. */
  capturer: Capturer | null = null;
  readonly heads: (string | null)[] = [];
  content = '';
  cookies: readonly string[] = [];
  /** The request's target, where cookies are kept. */
  target = '';

  constructor(index: number, connection: number, values: readonly (string | null)[]) {
    this.index = index;
    this.connection = connection;
    this.values = [...values];
  }
}
