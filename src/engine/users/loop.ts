import { type Driver, DueHeap, nowNs, OutcomeKind } from '../../core/index.js';
import { Idleness } from '../idleness.js';
import type { Loop, Stretch, StretchReport, UsersReport } from '../loop.js';
import type { Journey, Step } from '../starts.js';
import { Waker } from '../waker.js';
import { withResolvers } from '../with-resolvers.js';
import { UserMix } from './mix.js';
import { UserQueue } from './queue.js';
import type { User } from './user.js';
import type { Users } from './users.js';

/** So many hits in a row may come to nothing before other events have their turn. */
const MAX_SKIPPED_AT_ONCE = 1000;

/**
 * The loop of a run whose requests belong to users: who capture, keep cookies, or send sequences. There are as many
 * users as slots, and each is bound to a connection. The plain loop knows nothing of it, and a run without users does
 * not load this one's state.
 *
 * Closed loop: a user that is done begins the next hit at once; a step is sent when its think time is over.
 * Open loop: a hit whose time has come goes to the user that has been idle the longest, and waits when none is; a step
 * is due when its think time is over, and its response time runs from then.
 */
export class UserLoop implements Loop {
  readonly #dropAfterNs: number;
  readonly #users: Users;
  readonly #connections: number;
  readonly #waker = new Waker(() => this.#wake());
  /** Who thinks, by when that is over. */
  readonly #agenda = new DueHeap<User>();
  /** Who has begun nothing, the one idle the longest first. */
  #idle = new UserQueue(0);
  /** Whose step is due while their connection rests. */
  #held: User[] = [];
  #driver: Driver | null = null;
  #stretch: Stretch | null = null;
  #mix: UserMix | null = null;
  #cohort = 0;
  #report: StretchReport & { users: UsersReport } = newReport(0, 0, 0);
  #openLoop = false;
  #sending = false;
  #hit = 0;
  #nextDueNs = 0;
  /** A hit or a step is due and cannot be sent. */
  #blocked = false;
  /** When the last wait of this kind ended. */
  #freeSinceNs = 0;
  #inFlight = 0;
  /** Users with steps of a sequence yet to be sent. */
  #underWay = 0;
  /** When the waker calls at the latest. */
  #wakeNs = Number.POSITIVE_INFINITY;
  #onEnd: (() => void) | null = null;
  readonly #idleness = new Idleness();

  /**
   * @param dropAfterNs how long a due hit waits for a user before it is given up
   * @param connections of this worker
   */
  constructor(users: Users, connections: number, dropAfterNs: number) {
    this.#users = users;
    this.#connections = connections;
    this.#dropAfterNs = dropAfterNs;
  }

  attach(driver: Driver): void {
    this.#driver = driver;
    this.#users.populate(driver.slots, this.#connections);
    this.begin();
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get spun(): boolean {
    return this.#waker.spun;
  }

  /** Forgets what users have begun and kept. When nothing is in flight. */
  begin(): void {
    this.#users.forget();
    this.#agenda.clear();
    this.#held = [];
    this.#idle = new UserQueue(this.#users.list.length);
    for (const user of this.#users.list) this.#idle.push(user);
    this.#underWay = 0;
    for (const user of this.#users.list) user.journey = null;
  }

  run(stretch: Stretch): Promise<StretchReport> {
    if (!(stretch.mix instanceof UserMix)) throw new Error('users were given what is not for them');
    this.#mix = stretch.mix;
    this.#stretch = stretch;
    this.#cohort++;
    this.#users.counts = this.#users.captures.newCounts();
    const report = newReport(
      this.#users.captures.needs.length,
      stretch.mix.starts.journeys.length,
      stretch.startNs,
    );
    this.#report = report;
    report.users.captures = this.#users.counts;
    this.#hit = stretch.first;
    this.#openLoop = stretch.pacer.dueNs(stretch.first) !== null;
    this.#sending = true;
    this.#aim();
    const { promise, resolve } = withResolvers<StretchReport>();
    this.#onEnd = () => resolve(report);
    this.#wake();
    return promise;
  }

  stop(): void {
    if (this.#sending) this.#end(nowNs());
  }

  idle(graceMs: number): Promise<boolean> {
    return this.#idleness.wait(graceMs, () => this.#inFlight === 0);
  }

  hurry(graceMs: number): void {
    this.#idleness.hurry(graceMs);
  }

  outcome(ticket: number, kind: OutcomeKind, status: number, bytesIn: number, endNs: number): void {
    const user = this.#users.list[ticket] as User;
    const isOwn = user.cohort === this.#cohort;
    const { recorder = null, traces = null } = this.#stretch ?? {};
    user.inFlight = false;
    user.bytesIn += bytesIn;
    this.#inFlight--;
    this.#users.keep(user, kind, isOwn);
    if (isOwn) {
      this.#report.lastOutcomeNs = endNs;
      if (kind !== OutcomeKind.ok) this.#report.failed++;
      const responseNs = endNs - user.intendedNs;
      recorder?.outcome(user.operation, kind, status, bytesIn, responseNs, endNs - user.sentNs, endNs);
      traces?.outcome(ticket, user.operation, status, responseNs);
    } else if (recorder !== null && kind <= OutcomeKind.status) {
      recorder.earlierCompletion(user.operation, endNs);
    }
    if (user.journey === null) this.#idle.push(user);
    else this.#goOn(user, user.journey, kind, endNs);
    if (this.#sending) {
      this.#freed(endNs);
      this.#pump();
    } else if (this.#idleness.awaited && this.#inFlight === 0) this.#idleness.settle();
  }

  messagesSent(): void {}
  messagesReceived(): void {}

  slotFree(): void {
    // A connection is back: whose it is will show.
    for (const user of this.#held) this.#agenda.set(user, user.dueNs);
    this.#held = [];
    this.#freed(nowNs());
    if (this.#sending) this.#pump();
  }

  /** What waited for a user or a connection has waited until now, which is not the generator's doing. */
  #freed(now: number): void {
    if (this.#blocked) this.#freeSinceNs = now;
    this.#blocked = false;
  }

  /** A step of a sequence has ended: the next, or the end. */
  #goOn(user: User, journey: Journey, kind: OutcomeKind, endNs: number): void {
    const { think } = journey.steps[user.step] as Step;
    const isLast = user.step === journey.steps.length - 1;
    if (kind !== OutcomeKind.ok) {
      if (!isLast && !journey.continues) this.#underWay--;
      if (isLast || !journey.continues) {
        this.#finish(user, journey, kind, endNs);
        this.#rest(user, isLast ? this.#users.thinkNs(think, user.hit, user.step) : 0, endNs);
        return;
      }
      user.failed = true;
    } else if (isLast) {
      this.#finish(user, journey, user.failed ? OutcomeKind.status : kind, endNs);
      this.#rest(user, this.#users.thinkNs(think, user.hit, user.step), endNs);
      return;
    }
    const waitNs = this.#users.thinkNs(think, user.hit, user.step);
    user.step++;
    this.#agenda.set(user, endNs + waitNs);
  }

  /** The sequence is over. */
  #finish(user: User, journey: Journey, kind: OutcomeKind, endNs: number): void {
    const recorder = this.#stretch?.recorder ?? null;
    if (user.begunIn === this.#cohort) {
      recorder?.sent(journey.row, user.bytesOut, endNs, user.latenessNs);
      const responseNs = endNs - user.begunNs;
      recorder?.outcome(journey.row, kind, 0, user.bytesIn, responseNs, endNs - user.firstSentNs, endNs);
    } else if (kind <= OutcomeKind.status) recorder?.earlierCompletion(journey.row, endNs);
    user.journey = null;
  }

  /** The user is free again, after a while. */
  #rest(user: User, waitNs: number, endNs: number): void {
    user.journey = null;
    if (waitNs === 0) this.#idle.push(user);
    else this.#agenda.set(user, endNs + waitNs);
  }

  #wake(): void {
    this.#wakeNs = Number.POSITIVE_INFINITY;
    if (this.#sending) this.#pump();
  }

  #pump(): void {
    const { startNs, endNs, endHit } = this.#stretch as Stretch;
    let skipped = 0;
    let noUser = false;
    for (;;) {
      const now = nowNs();
      if (now >= endNs) {
        this.#end(now);
        return;
      }
      if (now < startNs && !this.#openLoop) break;
      const next = this.#agenda.first;
      if (next !== null && next.dueNs <= now) {
        this.#agenda.remove(next);
        this.#resume(next, now);
      } else if (this.#hit < endHit && this.#nextDueNs <= now && this.#nextDueNs < endNs) {
        const user = this.#takeIdle();
        if (user === null) {
          noUser = true;
          this.#blocked = this.#openLoop;
          if (this.#openLoop) this.#dropOverdue(now);
          break;
        }
        const sent = this.#begin(user, now);
        this.#hit += (this.#stretch as Stretch).stride;
        this.#aim();
        if (!sent && ++skipped >= MAX_SKIPPED_AT_ONCE) {
          this.#waker.wakeAt(now, true);
          return;
        }
      } else break;
    }
    if (this.#isOver) this.#end(nowNs());
    else this.#sleep(noUser);
  }

  /** Nothing is left to be begun, and nobody has a step to send. */
  get #isOver(): boolean {
    const { endHit, endNs } = this.#stretch as Stretch;
    return this.#underWay === 0 && (this.#hit >= endHit || this.#nextDueNs >= endNs);
  }

  /**
   * Asks to be woken when something is due that no outcome would bring about.
   * @param noUser a hit is due and nobody can send it
   */
  #sleep(noUser: boolean): void {
    const { startNs, endNs, endHit } = this.#stretch as Stretch;
    const isWaiting = !noUser && this.#hit < endHit;
    const hitNs = !isWaiting ? Number.POSITIVE_INFINITY : this.#openLoop ? this.#nextDueNs : startNs;
    const nextNs = Math.min(this.#agenda.first?.dueNs ?? Number.POSITIVE_INFINITY, hitNs, endNs);
    if (nextNs >= this.#wakeNs) return;
    this.#wakeNs = nextNs;
    this.#waker.wakeAt(nextNs, this.#openLoop && nextNs < endNs);
  }

  /** A user whose connection can be sent on; null: there is none. */
  #takeIdle(): User | null {
    for (let left = this.#idle.length; left > 0; left--) {
      const user = this.#idle.shift();
      if ((this.#driver as Driver).pin?.(user.connection) === true) return user;
      this.#idle.push(user);
    }
    return null;
  }

  /** Begins the hit whose turn it is. @returns whether anything was sent */
  #begin(user: User, now: number): boolean {
    const { hitOffset } = this.#stretch as Stretch;
    const { starts } = this.#mix as UserMix;
    const hit = this.#hit + hitOffset;
    const dueNs = this.#openLoop ? this.#nextDueNs : now;
    this.#report.issued++;
    user.hit = hit;
    const index = starts.select(hit);
    const journey = starts.journeyAt(index);
    user.journey = journey;
    user.step = 0;
    user.begunIn = this.#cohort;
    user.begunNs = dueNs;
    user.firstSentNs = now;
    user.latenessNs = Math.max(0, now - Math.max(dueNs, this.#freeSinceNs));
    user.bytesIn = 0;
    user.bytesOut = 0;
    user.failed = false;
    if (journey === null) return this.#send(user, index, dueNs, now);
    this.#countBegun(journey.row);
    if (journey.steps.length > 1) this.#underWay++;
    return this.#send(user, starts.operationOf(journey.steps[0] as Step, hit), dueNs, now);
  }

  /** A think time is over. */
  #resume(user: User, now: number): void {
    const { journey } = user;
    if (journey === null) {
      this.#idle.push(user);
      return;
    }
    if ((this.#driver as Driver).pin?.(user.connection) !== true) {
      this.#held.push(user);
      this.#blocked = true;
      return;
    }
    const operation = (this.#mix as UserMix).starts.operationOf(journey.steps[user.step] as Step, user.hit);
    this.#report.users.later++;
    this.#send(user, operation, this.#openLoop ? user.dueNs : now, now);
  }

  /** Sends one request. @returns false when it lacks something that was not captured */
  #send(user: User, operation: number, dueNs: number, now: number): boolean {
    const { recorder, traces } = this.#stretch as Stretch;
    const { journey } = user;
    const isLast = journey === null || user.step === journey.steps.length - 1;
    if (!this.#users.has(user, operation)) {
      (this.#report.users.skipped[operation] as number)++;
      this.#report.failed++;
      if (journey !== null && journey.steps.length > 1) this.#underWay--;
      if (journey !== null) this.#finish(user, journey, OutcomeKind.status, now);
      this.#idle.push(user);
      return false;
    }
    if (journey !== null && isLast && journey.steps.length > 1) this.#underWay--;
    const mixed = (this.#mix as UserMix).operationOf(user, operation);
    user.operation = operation;
    user.cohort = this.#cohort;
    user.intendedNs = dueNs;
    user.sentNs = now;
    user.inFlight = true;
    this.#inFlight++;
    traces?.sent(user.index, user.hit);
    const bytes = (this.#driver as Driver).send(mixed.prepared, mixed.fill(user.hit), user.index, now);
    user.bytesOut += bytes;
    recorder?.sent(operation, bytes, now, Math.max(0, now - Math.max(dueNs, this.#freeSinceNs)));
    return true;
  }

  /** Gives up the hits that have waited too long for a user. */
  #dropOverdue(now: number): void {
    const { endHit, endNs, recorder, hitOffset, stride } = this.#stretch as Stretch;
    const { starts } = this.#mix as UserMix;
    while (this.#nextDueNs < now - this.#dropAfterNs && this.#hit < endHit && this.#nextDueNs < endNs) {
      const hit = this.#hit + hitOffset;
      recorder?.dropped(starts.first(hit));
      const row = starts.journey(hit)?.row;
      if (row !== undefined) {
        recorder?.dropped(row);
        this.#countBegun(row);
      }
      this.#report.issued++;
      this.#report.failed++;
      this.#hit += stride;
      this.#aim();
    }
  }

  /** @param row of a sequence */
  #countBegun(row: number): void {
    const { skipped, begunSequences } = this.#report.users;
    (begunSequences[row - skipped.length] as number)++;
  }

  #aim(): void {
    const { startNs, pacer } = this.#stretch as Stretch;
    this.#nextDueNs = startNs + (pacer.dueNs(this.#hit) ?? 0);
  }

  #end(now: number): void {
    if (this.#openLoop) this.#dropOverdue(now);
    this.#sending = false;
    this.#waker.cancel();
    this.#wakeNs = Number.POSITIVE_INFINITY;
    this.#onEnd?.();
    this.#onEnd = null;
  }
}

function newReport(
  operations: number,
  sequences: number,
  startNs: number,
): StretchReport & { users: UsersReport } {
  const skipped = new Array<number>(operations).fill(0);
  const begunSequences = new Array<number>(sequences).fill(0);
  const users = { later: 0, skipped, begunSequences, captures: [] };
  return { issued: 0, failed: 0, lastOutcomeNs: startNs, users };
}
