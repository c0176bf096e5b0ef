import {
  type ConnectionEvent,
  type DriverEvents,
  escapeText,
  nowNs,
  OutcomeKind,
  outcomeKinds,
  type Prepared,
} from '../../core/index.js';
import { grpcStatusName } from '../../wire/grpc/status.js';
import type { Log } from './log.js';

const MAX_WHY = 500;

/** Stands between a driver and whoever takes its outcomes, and writes each one down. */
export class LoggedCalls implements DriverEvents {
  readonly #log: Log;
  readonly #events: DriverEvents;
  readonly #sent: { operation: string; isCall: boolean; sentNs: number }[] = [];

  constructor(log: Log, events: DriverEvents) {
    this.#log = log;
    this.#events = events;
  }

  /** A request goes out. */
  sending(ticket: number, sentNs: number, { operation }: Prepared): void {
    this.#sent[ticket] = { operation: operation.name, isCall: operation.call !== undefined, sentNs };
  }

  outcome(ticket: number, kind: OutcomeKind, status: number, bytesIn: number, endNs: number): void {
    const sent = this.#sent[ticket];
    if (sent !== undefined) {
      const { operation, isCall, sentNs } = sent;
      this.#log.write(endNs, {
        event: isCall ? 'call' : 'request',
        operation,
        outcome: kind === OutcomeKind.ok ? 'ok' : outcomeKinds[kind],
        status: isCall ? grpcStatusName(status) : status,
        tookMs: Math.round((endNs - sentNs) / 1e3) / 1e3,
        bytesIn,
      });
    }
    this.#events.outcome(ticket, kind, status, bytesIn, endNs);
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
}

/**
 * Writes down what happens to connections.
 * @param only the address of those that have no choice
 */
export function logConnections(log: Log, only: string | null): (event: ConnectionEvent) => void {
  return ({ why, address, ...event }) =>
    log.write(nowNs(), {
      ...event,
      ...(address === undefined ? {} : { address: address ?? only }),
      ...(why === undefined ? {} : { why: escapeText(why, { maxLength: MAX_WHY }) }),
    });
}
