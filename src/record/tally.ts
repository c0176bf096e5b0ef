import {
  type ErrorKinds,
  errorKinds,
  type MessageSummary,
  type OperationSnapshot,
  OutcomeKind,
  outcomeKinds,
  type Summary,
} from '../core/index.js';
import { LatencyDistribution } from './distribution.js';

/** What bounds a summary besides what was counted. */
export interface Window {
  readonly durationSec: number;
  readonly planned: number;
  readonly targetRate: number | null;
}

/** Totals of one operation, or of all of them: snapshots go in, a summary comes out. */
export class Tally {
  sent = 0;
  dropped = 0;
  completedInWindow = 0;
  bytesIn = 0;
  bytesOut = 0;
  readonly outcomes = new Float64Array(outcomeKinds.length);
  readonly statuses = new Map<number, number>();
  readonly response = new LatencyDistribution();
  readonly service = new LatencyDistribution();
  readonly lateness = new LatencyDistribution();
  readonly failed = new LatencyDistribution();
  messagesSent = 0;
  messagesReceived = 0;
  readonly messageLatency = new LatencyDistribution();

  add(snapshot: OperationSnapshot): void {
    this.sent += snapshot.sent;
    this.dropped += snapshot.dropped;
    this.completedInWindow += snapshot.completedInWindow;
    this.bytesIn += snapshot.bytesIn;
    this.bytesOut += snapshot.bytesOut;
    snapshot.outcomes.forEach((count, kind) => {
      (this.outcomes[kind] as number) += count;
    });
    for (const [status, count] of snapshot.statuses) {
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + count);
    }
    this.response.add(snapshot.response);
    // In a closed loop the intended start is the send: one histogram is both.
    this.service.add(snapshot.service ?? snapshot.response);
    if (snapshot.lateness !== null) this.lateness.add(snapshot.lateness);
    this.failed.add(snapshot.failed);
    if (snapshot.messages === null) return;
    this.messagesSent += snapshot.messages.sent;
    this.messagesReceived += snapshot.messages.received;
    this.messageLatency.add(snapshot.messages.latency);
  }

  /** Adds another tally's counts to this one's. */
  merge(other: Tally): void {
    this.sent += other.sent;
    this.dropped += other.dropped;
    this.completedInWindow += other.completedInWindow;
    this.bytesIn += other.bytesIn;
    this.bytesOut += other.bytesOut;
    other.outcomes.forEach((count, kind) => {
      (this.outcomes[kind] as number) += count;
    });
    for (const [status, count] of other.statuses) {
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + count);
    }
    this.response.merge(other.response);
    this.service.merge(other.service);
    this.lateness.merge(other.lateness);
    this.failed.merge(other.failed);
    this.messagesSent += other.messagesSent;
    this.messagesReceived += other.messagesReceived;
    this.messageLatency.merge(other.messageLatency);
  }

  get ok(): number {
    return this.outcomes[OutcomeKind.ok] as number;
  }

  /** Whole responses, whatever their status. */
  get completed(): number {
    return this.ok + (this.outcomes[OutcomeKind.status] as number);
  }

  get errors(): number {
    return this.outcomes.reduce((sum, count) => sum + count, 0) - this.ok;
  }

  errorKinds(): ErrorKinds {
    const counts = errorKinds.map((kind) => [kind, this.outcomes[OutcomeKind[kind]] as number]);
    return Object.fromEntries(counts) as Record<keyof ErrorKinds, number>;
  }

  summary(window: Window): Summary {
    const perSecond = (count: number) => (window.durationSec > 0 ? count / window.durationSec : 0);
    return {
      durationSec: window.durationSec,
      planned: window.planned,
      sent: this.sent,
      completed: this.completed,
      ok: this.ok,
      errors: this.errors,
      dropped: this.dropped,
      unsent: window.planned - this.sent - this.dropped,
      qps: perSecond(this.completedInWindow),
      errorRate: this.sent > 0 ? this.errors / this.sent : 0,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      targetRate: window.targetRate,
      achievedRate: perSecond(this.sent),
      latencyUs: {
        response: this.response.summary(),
        service: this.service.summary(),
        lateness: this.lateness.summary(),
        failed: this.failed.summary(),
      },
      messages: this.#messages(perSecond),
    };
  }

  #messages(perSecond: (count: number) => number): MessageSummary | null {
    if (this.messagesSent + this.messagesReceived === 0) return null;
    return {
      sent: this.messagesSent,
      received: this.messagesReceived,
      sentPerSec: perSecond(this.messagesSent),
      receivedPerSec: perSecond(this.messagesReceived),
      latencyUs: this.messageLatency.summary(),
    };
  }
}
