import { type Driver, type DriverEvents, nowNs, OutcomeKind, type Pacer } from '../core/index.js';
import type { Recorder } from '../record/index.js';
import { Flights } from './flights.js';
import { Idleness } from './idleness.js';
import type { OperationMix } from './mix.js';
import type { SlowTraces } from './slow-traces.js';
import type { CaptureCounts } from './users/captures.js';
import { Waker } from './waker.js';
import { withResolvers } from './with-resolvers.js';

/** One stretch of hits: a prefill, the warm-up, or the measured window. */
export interface Stretch {
  readonly mix: OperationMix;
  readonly pacer: Pacer;
  /** This worker's hits are `first`, `first + stride`, …, below `endHit` (infinity: time alone is the bound). */
  readonly first: number;
  readonly stride: number;
  readonly endHit: number;
  /** Added to a hit's number before anything is drawn from it: keeps the warm-up's draws apart. */
  readonly hitOffset: number;
  /** Nothing is due before `startNs` or from `endNs` on (infinity: hits alone are the bound). */
  readonly startNs: number;
  readonly endNs: number;
  /** Takes the outcomes; null: they are not of interest. */
  readonly recorder: Recorder | null;
  /** Takes those of traced hits too; null: none is traced, or of interest. */
  readonly traces: SlowTraces | null;
}

/** How a stretch went. `lastOutcomeNs` and `failed` are final once the loop is idle. */
export interface StretchReport {
  /** Hits sent or dropped: the first so many of this worker's. */
  issued: number;
  failed: number;
  lastOutcomeNs: number;
  /** Where requests belong to users. */
  readonly users?: UsersReport;
}

/** What users did besides what is recorded. */
export interface UsersReport {
  /** Steps of sequences that came due, but for the first ones. */
  later: number;
  /** Requests that were due and not sent, as they lacked what was not captured: by operation. */
  readonly skipped: number[];
  /** Hits that began a sequence, dropped ones too: by sequence. */
  readonly begunSequences: number[];
  /** By operation. */
  captures: readonly CaptureCounts[];
}

/** What sends the stretches of a worker. */
export interface Loop extends DriverEvents {
  /** Gives the loop its driver, which reports to it. Once, or again when nothing is in flight. */
  attach(driver: Driver): void;
  readonly inFlight: number;
  /** See `Waker`. */
  readonly spun: boolean;
  /** A warm-up and its measurement, or a prefill, is about to begin. */
  begin(): void;
  /** Sends a stretch. Resolves when the last of it has been sent or its time is over; see `idle` for the rest. */
  run(stretch: Stretch): Promise<StretchReport>;
  /** Ends the sending now. */
  stop(): void;
  /** Waits until nothing is in flight, for `graceMs` at most. @returns whether nothing is */
  idle(graceMs: number): Promise<boolean>;
  /** Shortens a wait of `idle` that is under way. */
  hurry(graceMs: number): void;
}

/**
 * Sends hits when they are due and a slot is free, and hands each outcome to the recorder of the stretch
 * that sent it: answers to the warm-up may well come in while the window is measured. Messages within calls go to
 * the stretch that is under way.
 *
 * Closed loop: an outcome is answered by the next send at once, on the same reading of the clock.
 * Open loop: the schedule decides. A hit whose time has come waits if no slot is free, and its response time
 * runs from its due time all the same.
 */
export class LoadLoop implements Loop {
  readonly #dropAfterNs: number;
  readonly #waker = new Waker(() => this.#wake());
  #driver: Driver | null = null;
  #flights = new Flights(0);
  #stretch: Stretch | null = null;
  /** Number of the stretch; flights carry it. */
  #cohort = 0;
  #report: StretchReport = { issued: 0, failed: 0, lastOutcomeNs: 0 };
  #openLoop = false;
  #sending = false;
  #hit = 0;
  /** When the next hit is due; in a closed loop, the start of the stretch. */
  #nextDueNs = 0;
  /** Open loop: a hit is due and no slot is free. */
  #blocked = false;
  /** When the last wait for a slot ended. */
  #freeSinceNs = 0;
  #onEnd: (() => void) | null = null;
  readonly #idleness = new Idleness();

  /** @param dropAfterNs how long a due hit waits for a slot before it is given up */
  constructor(dropAfterNs: number) {
    this.#dropAfterNs = dropAfterNs;
  }

  attach(driver: Driver): void {
    this.#driver = driver;
    this.#flights = new Flights(driver.slots);
  }

  get inFlight(): number {
    return this.#flights.inFlight;
  }

  get spun(): boolean {
    return this.#waker.spun;
  }

  begin(): void {}

  run(stretch: Stretch): Promise<StretchReport> {
    this.#stretch = stretch;
    this.#cohort++;
    this.#report = { issued: 0, failed: 0, lastOutcomeNs: stretch.startNs };
    this.#hit = stretch.first;
    this.#openLoop = stretch.pacer.dueNs(stretch.first) !== null;
    this.#blocked = false;
    this.#sending = true;
    this.#aim();
    const { promise, resolve } = withResolvers<StretchReport>();
    const report = this.#report;
    this.#onEnd = () => resolve(report);
    this.#wake();
    return promise;
  }

  stop(): void {
    if (this.#sending) this.#end(nowNs());
  }

  idle(graceMs: number): Promise<boolean> {
    return this.#idleness.wait(graceMs, () => this.inFlight === 0);
  }

  hurry(graceMs: number): void {
    this.#idleness.hurry(graceMs);
  }

  outcome(ticket: number, kind: OutcomeKind, status: number, bytesIn: number, endNs: number): void {
    const flights = this.#flights;
    const operation = flights.operation[ticket] as number;
    flights.release(ticket);
    const stretch = this.#stretch;
    const recorder = stretch?.recorder ?? null;
    if (flights.cohort[ticket] === this.#cohort) {
      this.#report.lastOutcomeNs = endNs;
      if (kind !== OutcomeKind.ok) this.#report.failed++;
      if (recorder !== null) {
        const responseNs = endNs - (flights.intendedNs[ticket] as number);
        const serviceNs = endNs - (flights.sentNs[ticket] as number);
        recorder.outcome(operation, kind, status, bytesIn, responseNs, serviceNs, endNs);
        stretch?.traces?.outcome(ticket, operation, status, responseNs);
      }
    } else if (recorder !== null && kind <= OutcomeKind.status) {
      recorder.earlierCompletion(operation, endNs);
    }
    if (this.#sending) this.#onFreeSlot(endNs);
    else if (this.#idleness.awaited && flights.inFlight === 0) this.#idleness.settle();
  }

  messagesSent(ticket: number, count: number, bytes: number, atNs: number): void {
    const { operation, cohort } = this.#flights;
    const ownBytes = cohort[ticket] === this.#cohort ? bytes : 0;
    this.#stretch?.recorder?.messagesSent(operation[ticket] as number, count, ownBytes, atNs);
  }

  messagesReceived(ticket: number, count: number, latencyNs: number, atNs: number): void {
    const operation = this.#flights.operation[ticket] as number;
    this.#stretch?.recorder?.messagesReceived(operation, count, latencyNs, atNs);
  }

  slotFree(): void {
    if (this.#sending) this.#onFreeSlot(nowNs());
  }

  #onFreeSlot(now: number): void {
    if (!this.#openLoop) {
      this.#pumpClosed(now);
      return;
    }
    const wasBlocked = this.#blocked;
    if (wasBlocked) this.#freeSinceNs = now;
    this.#blocked = false;
    if (now >= this.#nextDueNs) this.#pumpOpen();
    if (wasBlocked && this.#sending) this.#sleep();
  }

  #wake(): void {
    if (!this.#sending) return;
    const { startNs } = this.#stretch as Stretch;
    const now = nowNs();
    // Decided on one reading: with another the start could slip in between, and nobody would be woken for it.
    if (!this.#openLoop && now < startNs) {
      this.#waker.wakeAt(startNs, true);
      return;
    }
    if (this.#openLoop) this.#pumpOpen();
    else this.#pumpClosed(now);
    if (this.#sending) this.#sleep();
  }

  /** Asks to be woken when something is due that no outcome would bring about. */
  #sleep(): void {
    const { endNs } = this.#stretch as Stretch;
    if (this.#openLoop && !this.#blocked) this.#waker.wakeAt(this.#nextDueNs, true);
    else this.#waker.wakeAt(endNs, false);
  }

  #pumpClosed(from: number): void {
    const stretch = this.#stretch as Stretch;
    const driver = this.#driver as Driver;
    let now = from;
    if (now < stretch.startNs) return;
    for (;;) {
      if (now >= stretch.endNs || this.#hit >= stretch.endHit) {
        this.#end(now);
        return;
      }
      if (driver.free === 0) return;
      this.#fire(now, now, 0);
      this.#hit += stretch.stride;
      if (driver.free > 0) now = nowNs();
    }
  }

  #pumpOpen(): void {
    const stretch = this.#stretch as Stretch;
    const driver = this.#driver as Driver;
    for (;;) {
      const now = nowNs();
      // What is due before the end is still sent, as long as it finds a slot without waiting.
      if (this.#hit >= stretch.endHit || this.#nextDueNs >= stretch.endNs) {
        this.#end(now);
        return;
      }
      if (this.#nextDueNs > now) return;
      if (driver.free === 0) {
        this.#blocked = true;
        this.#dropOverdue(now);
        if (now >= stretch.endNs) this.#end(now);
        return;
      }
      this.#fire(this.#nextDueNs, now, now - Math.max(this.#nextDueNs, this.#freeSinceNs));
      this.#hit += stretch.stride;
      this.#aim();
    }
  }

  /** Gives up the hits that have waited too long for a slot. */
  #dropOverdue(now: number): void {
    const { endHit, endNs, mix, recorder, hitOffset, stride } = this.#stretch as Stretch;
    while (this.#nextDueNs < now - this.#dropAfterNs && this.#hit < endHit && this.#nextDueNs < endNs) {
      recorder?.dropped(mix.select(this.#hit + hitOffset));
      this.#report.issued++;
      this.#report.failed++;
      this.#hit += stride;
      this.#aim();
    }
  }

  #aim(): void {
    const { startNs, pacer } = this.#stretch as Stretch;
    this.#nextDueNs = startNs + (pacer.dueNs(this.#hit) ?? 0);
  }

  #fire(intendedNs: number, now: number, latenessNs: number): void {
    const { mix, hitOffset, recorder, traces } = this.#stretch as Stretch;
    const hit = this.#hit + hitOffset;
    const index = mix.select(hit);
    const operation = mix.operationFor(index, hit);
    const sentNs = mix.sentNs(now);
    const flights = this.#flights;
    const ticket = flights.take();
    flights.intendedNs[ticket] = mix.intendedNs(intendedNs, sentNs);
    flights.sentNs[ticket] = sentNs;
    flights.operation[ticket] = index;
    flights.cohort[ticket] = this.#cohort;
    this.#report.issued++;
    traces?.sent(ticket, hit);
    const bytes = (this.#driver as Driver).send(operation.prepared, operation.fill(hit), ticket, sentNs);
    recorder?.sent(index, bytes, sentNs, latenessNs + sentNs - now);
  }

  #end(now: number): void {
    if (this.#openLoop) this.#dropOverdue(now);
    this.#sending = false;
    this.#waker.cancel();
    this.#onEnd?.();
    this.#onEnd = null;
  }
}
