import { type DriverEvents, OutcomeKind } from '../../core/index.js';
import type { SendListener } from '../noting-driver.js';
import type { RunningScript } from './running.js';

/** What is kept of a request for its response. */
interface Sent {
  readonly hit: number;
  readonly operation: string;
  readonly sentNs: number;
}

/** Stands between a driver and the loop, and shows responses to the script, which may judge them. */
export class ScriptedSends implements DriverEvents, SendListener {
  readonly script: RunningScript;
  readonly #events: DriverEvents;
  readonly #sent: (Sent | null)[] = [];
  /** The request that the mix has just made; null: the next is none of a script's, as in a prefill. */
  #next: { readonly hit: number; readonly operation: string } | null = null;

  constructor(script: RunningScript, events: DriverEvents) {
    this.script = script;
    this.#events = events;
  }

  /** Says which hit is sent next. */
  next(hit: number, operation: string): void {
    this.#next = { hit, operation };
  }

  sending(ticket: number, sentNs: number): void {
    this.#sent[ticket] = this.#next === null ? null : { ...this.#next, sentNs };
    this.#next = null;
  }

  outcome(ticket: number, kind: OutcomeKind, status: number, bytesIn: number, endNs: number): void {
    const sent = this.#sent[ticket] ?? null;
    const isWhole = kind === OutcomeKind.ok || kind === OutcomeKind.status;
    const judged = sent !== null && isWhole ? this.#judge(sent, kind, status, bytesIn, endNs) : kind;
    this.#events.outcome(ticket, judged, status, bytesIn, endNs);
  }

  messagesSent(ticket: number, count: number, bytes: number, atNs: number): void {
    this.#events.messagesSent(ticket, count, bytes, atNs);
  }

  messagesReceived(ticket: number, count: number, latencyNs: number, atNs: number): void {
    this.#events.messagesReceived(ticket, count, latencyNs, atNs);
  }

  slotFree(): void {
    this.#events.slotFree();
  }

  #judge(sent: Sent, kind: OutcomeKind, status: number, bytes: number, endNs: number): OutcomeKind {
    const { hit, operation, sentNs } = sent;
    const judged = this.script.response({ hit, operation, status, bytes, ms: (endNs - sentNs) / 1e6 });
    if (judged === null) return kind;
    return judged === 'ok' ? OutcomeKind.ok : OutcomeKind.status;
  }
}
