import {
  type MessageSnapshot,
  type OperationSnapshot,
  OutcomeKind,
  outcomeKinds,
  type Snapshot,
} from '../core/index.js';
import { IntervalHistogram } from './histogram.js';

const SECOND_NS = 1e9;
/** One past the highest status code that is counted by itself; others share the last place. */
const STATUS_CODES = 1000;

/** Messages within calls, in the interval that is open. */
class MessageInterval {
  sent = 0;
  received = 0;
  readonly latency = new IntervalHistogram();

  take(): MessageSnapshot | null {
    if (this.sent + this.received === 0) return null;
    const snapshot = { sent: this.sent, received: this.received, latency: this.latency.take() };
    this.sent = 0;
    this.received = 0;
    return snapshot;
  }
}

/** What one operation did in the interval that is open. */
class OperationInterval {
  sent = 0;
  dropped = 0;
  completedInWindow = 0;
  bytesIn = 0;
  bytesOut = 0;
  readonly outcomes = new Float64Array(outcomeKinds.length);
  readonly statuses = new Uint32Array(STATUS_CODES);
  readonly response = new IntervalHistogram();
  readonly service: IntervalHistogram | null;
  readonly lateness: IntervalHistogram | null;
  readonly failed = new IntervalHistogram();
  /** Made with the first message: most operations have none. */
  #messages: MessageInterval | null = null;

  constructor(openLoop: boolean) {
    this.service = openLoop ? new IntervalHistogram() : null;
    this.lateness = openLoop ? new IntervalHistogram() : null;
  }

  take(): OperationSnapshot {
    const snapshot: OperationSnapshot = {
      sent: this.sent,
      dropped: this.dropped,
      completedInWindow: this.completedInWindow,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      outcomes: this.outcomes.slice(),
      statuses: this.#takeStatuses(),
      response: this.response.take(),
      service: this.service?.take() ?? null,
      lateness: this.lateness?.take() ?? null,
      failed: this.failed.take(),
      messages: this.#messages?.take() ?? null,
    };
    this.sent = 0;
    this.dropped = 0;
    this.completedInWindow = 0;
    this.bytesIn = 0;
    this.bytesOut = 0;
    this.outcomes.fill(0);
    return snapshot;
  }

  get messages(): MessageInterval {
    this.#messages ??= new MessageInterval();
    return this.#messages;
  }

  #takeStatuses(): [number, number][] {
    const taken: [number, number][] = [];
    this.statuses.forEach((count, status) => {
      if (count > 0) taken.push([status, count]);
    });
    this.statuses.fill(0);
    return taken;
  }
}

/**
 * Records what happens in the measured phase of one worker, and closes an interval at each full second.
 *
 * Intervals follow the time stamps of the events, not a timer, so each second holds what happened in it,
 * also when the event loop was busy at its end.
 */
export class Recorder {
  readonly #operations: readonly OperationInterval[];
  readonly #onSnapshot: (snapshot: Snapshot) => void;
  readonly #worker: number;
  readonly #startNs: number;
  readonly #inFlight: () => number;
  readonly #ownOnly: boolean;
  #endNs: number;
  #second = 0;
  #nextSecondNs: number;
  /** Of the intervals that are closed. */
  #completed = 0;
  #notedNs: number[] = [];
  #notedCompleted: number[] = [];

  /**
   * @param startNs start of the measured window
   * @param endNs end of the window; infinity when a number of requests ends it
   * @param ownOnly a number of requests ends the window, and with its last response: then only its own
   *   responses lie in it by right. A window that time ends cuts off as many late ones as it gets early ones.
   */
  constructor(options: {
    worker: number;
    operations: number;
    openLoop: boolean;
    startNs: number;
    endNs: number;
    ownOnly?: boolean;
    inFlight: () => number;
    onSnapshot: (snapshot: Snapshot) => void;
  }) {
    this.#worker = options.worker;
    this.#operations = Array.from(
      { length: options.operations },
      () => new OperationInterval(options.openLoop),
    );
    this.#startNs = options.startNs;
    this.#endNs = options.endNs;
    this.#inFlight = options.inFlight;
    this.#ownOnly = options.ownOnly ?? false;
    this.#nextSecondNs = options.startNs + SECOND_NS;
    this.#onSnapshot = options.onSnapshot;
  }

  /** @param latenessNs how late the generator was; ignored in a closed loop */
  sent(operation: number, bytes: number, atNs: number, latenessNs: number): void {
    if (atNs >= this.#nextSecondNs) this.tick(atNs);
    const interval = this.#operations[operation] as OperationInterval;
    interval.sent++;
    interval.bytesOut += bytes;
    if (interval.lateness !== null) interval.lateness.record(latenessNs);
  }

  dropped(operation: number): void {
    (this.#operations[operation] as OperationInterval).dropped++;
  }

  outcome(
    operation: number,
    kind: OutcomeKind,
    status: number,
    bytesIn: number,
    responseNs: number,
    serviceNs: number,
    endNs: number,
  ): void {
    if (endNs >= this.#nextSecondNs) this.tick(endNs);
    const interval = this.#operations[operation] as OperationInterval;
    (interval.outcomes[kind] as number)++;
    interval.bytesIn += bytesIn;
    if (kind === OutcomeKind.ok) {
      interval.response.record(responseNs);
      if (interval.service !== null) interval.service.record(serviceNs);
    } else {
      interval.failed.record(responseNs);
    }
    // A call has a status also when no whole response came; other requests then have none, which is 0.
    if (kind <= OutcomeKind.status || status > 0) interval.statuses[status < STATUS_CODES ? status : 0]!++;
    if (kind <= OutcomeKind.status) this.#completion(operation, endNs);
  }

  /**
   * See `DriverEvents.messagesSent`. Messages are those of the window by their own time, whichever call they belong
   * to: a stream may outlast the window on both sides.
   * @param bytes of calls that were sent in the window, as their `bytesIn` are
   */
  messagesSent(operation: number, count: number, bytes: number, atNs: number): void {
    if (atNs >= this.#nextSecondNs) this.tick(atNs);
    const interval = this.#operations[operation] as OperationInterval;
    interval.bytesOut += bytes;
    if (this.#isInWindow(atNs)) interval.messages.sent += count;
  }

  /** See `DriverEvents.messagesReceived`, and `messagesSent` for which messages count. */
  messagesReceived(operation: number, count: number, latencyNs: number, atNs: number): void {
    if (atNs >= this.#nextSecondNs) this.tick(atNs);
    if (!this.#isInWindow(atNs)) return;
    const { messages } = this.#operations[operation] as OperationInterval;
    messages.received += count;
    messages.latency.record(latencyNs);
    if (count > 1) messages.latency.recordMany(0, count - 1);
  }

  /** A response came in to a request that was sent before the window opened. */
  earlierCompletion(operation: number, endNs: number): void {
    if (!this.#ownOnly) this.#completion(operation, endNs);
  }

  #completion(operation: number, endNs: number): void {
    if (this.#isInWindow(endNs)) (this.#operations[operation] as OperationInterval).completedInWindow++;
  }

  #isInWindow(atNs: number): boolean {
    return atNs >= this.#startNs && atNs < this.#endNs;
  }

  /** Closes every interval that ended before `atNs`. Call it now and then when nothing happens. */
  tick(atNs: number): void {
    while (atNs >= this.#nextSecondNs) {
      this.#close();
      this.#second++;
      this.#nextSecondNs += SECOND_NS;
    }
  }

  /** Notes how far it has come. Call it ten times a second, whatever happens: nothing of it is done by request. */
  note(atNs: number): void {
    this.tick(atNs);
    this.#notedNs.push(atNs);
    this.#notedCompleted.push(this.#completed + this.#completedSince());
  }

  #completedSince(): number {
    return this.#operations.reduce((sum, { completedInWindow }) => sum + completedInWindow, 0);
  }

  /** Moves the end of the window forward to `atNs`: the run was stopped. */
  cut(atNs: number): void {
    this.#endNs = Math.min(this.#endNs, atNs);
  }

  /** Closes the last, partial interval. */
  finish(atNs: number): void {
    this.tick(atNs);
    this.#close();
  }

  #close(): void {
    this.#completed += this.#completedSince();
    this.#onSnapshot({
      worker: this.#worker,
      second: this.#second,
      operations: this.#operations.map((operation) => operation.take()),
      inFlight: this.#inFlight(),
      progress: { startNs: this.#startNs, atNs: this.#notedNs, completed: this.#notedCompleted },
    });
    this.#notedNs = [];
    this.#notedCompleted = [];
  }
}
