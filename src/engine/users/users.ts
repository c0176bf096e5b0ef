import {
  OutcomeKind,
  type Plan,
  type ResponseFields,
  type ResponseReader,
  type ThinkTime,
  uniform53,
} from '../../core/index.js';
import { thinkNs } from '../../pace/index.js';
import type { ValueSource } from '../../request/index.js';
import { CookieJar, type CookieOrigin, EXAMINED_BYTES } from '../../request/index.js';
import { type CaptureCounts, PlanCaptures } from './captures.js';
import { User } from './user.js';

const THINK_STREAM = 0x7468696e;
/** Set-Cookie lines of one response that are looked at. */
const MAX_SET_COOKIES = 50;

/** Whether a run is one of users; else its requests belong to nobody, and nothing of a response is kept. */
export function hasUsers({ operations, sequences = [], cookies }: Plan): boolean {
  return (
    cookies === true || sequences.length > 0 || operations.some(({ captures }) => captures !== undefined)
  );
}

/** The users of one worker, and what they keep of their responses. */
export class Users implements ResponseReader {
  readonly captures: PlanCaptures;
  /** What captured values in templates are filled from: those of the user at hand. */
  readonly sources: Readonly<Record<string, ValueSource>>;
  /** Whether responses are looked into. */
  readonly reads: boolean;
  readonly keepsCookies: boolean;
  list: readonly User[] = [];
  counts: CaptureCounts[];
  #current: User | null = null;
  #cookieLine = '';
  readonly #seed: number;
  readonly #origin: CookieOrigin;

  constructor(plan: Plan) {
    this.captures = new PlanCaptures(plan);
    this.counts = this.captures.newCounts();
    this.keepsCookies = plan.cookies === true;
    this.reads = this.keepsCookies || this.captures.names.length > 0;
    this.#seed = plan.seed;
    this.#origin = { host: hostOf(plan.target.authority), secure: plan.target.tls !== null };
    this.sources = Object.fromEntries(
      this.captures.names.map((name, i) => [name, () => this.#current?.values[i] ?? '']),
    );
  }

  /** New users, as many as there are slots, in turns on the connections. */
  populate(slots: number, connections: number): void {
    const { fallbacks } = this.captures;
    this.list = Array.from({ length: slots }, (_, i) => new User(i, i % connections, fallbacks));
    this.forget();
  }

  /** Everybody begins anew, with nothing kept. */
  forget(): void {
    const { fallbacks } = this.captures;
    for (const user of this.list) {
      user.jar = this.keepsCookies ? new CookieJar(this.#origin) : null;
      fallbacks.forEach((fallback, i) => {
        user.values[i] = fallback;
      });
    }
  }

  /** Whether a user has all that an operation needs. */
  has(user: User, operation: number): boolean {
    const needs = this.captures.needs[operation] as readonly number[];
    for (let i = 0; i < needs.length; i++) if (user.values[needs[i] as number] === null) return false;
    return true;
  }

  /** Who is about to send: templates are filled with what that one keeps. */
  turnOf(user: User, operation: number): void {
    this.#current = user;
    user.capturer = this.captures.capturers[operation] ?? null;
    user.content = '';
    user.cookies = [];
  }

  /** The Cookie line that the user at hand sends to a target; empty: none. */
  cookieLine(target: string): string {
    const user = this.#current;
    if (user === null || user.jar === null) return '';
    user.target = target;
    this.#cookieLine = user.jar.size === 0 ? '' : user.jar.line(() => target, Date.now());
    return this.#cookieLine;
  }

  /** The same line again, for its hole. */
  readonly lastCookieLine: ValueSource = () => this.#cookieLine;

  thinkNs(think: ThinkTime | null, hit: number, step: number): number {
    if (think === null) return 0;
    if (think.kind === 'constant') return thinkNs(think, 0, 0);
    const draw = (which: number) => uniform53(this.#seed, THINK_STREAM, hit, 2 * step + which);
    return thinkNs(think, draw(0), draw(1));
  }

  head(ticket: number, fields: ResponseFields): void {
    const user = this.list[ticket] as User;
    user.content = '';
    user.capturer?.head(fields, user.heads);
    if (this.keepsCookies) user.cookies = fields.all('set-cookie');
  }

  content(ticket: number, bytes: Buffer, from: number, to: number): void {
    const user = this.list[ticket] as User;
    if (user.capturer === null || !user.capturer.readsContent) return;
    const room = EXAMINED_BYTES - user.content.length;
    if (room > 0) user.content += bytes.toString('latin1', from, Math.min(to, from + room));
  }

  /**
   * Keeps what a response gave. What is captured comes from successes alone: after anything else a user has nothing,
   * rather than something old.
   * @param counted whether it is of interest how often that was something
   */
  keep(user: User, kind: OutcomeKind, counted: boolean): void {
    if (user.capturer !== null) this.#capture(user, kind, counted);
    if (user.cookies.length === 0 || kind > OutcomeKind.status) return;
    const nowMs = Date.now();
    for (const line of user.cookies.slice(0, MAX_SET_COOKIES)) user.jar?.set(line, user.target, nowMs);
    user.cookies = [];
  }

  #capture(user: User, kind: OutcomeKind, counted: boolean): void {
    const capturer = user.capturer as NonNullable<User['capturer']>;
    const { indices, fallbacks } = this.captures;
    const into = indices[user.operation] as readonly number[];
    const counts = this.counts[user.operation] as CaptureCounts;
    for (let i = 0; i < into.length; i++) {
      const index = into[i] as number;
      user.values[index] = fallbacks[index] ?? null;
      if (kind !== OutcomeKind.ok) continue;
      const found = capturer.capture(i, user.heads[i] ?? null, user.content);
      if (typeof found === 'object') user.values[index] = found.value;
      if (counted) (counts[typeof found === 'object' ? 'captured' : found][i] as number)++;
    }
    user.content = '';
  }
}

/** `h:80` and `[::1]:80` without the port. */
function hostOf(authority: string): string {
  return authority.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}
