import { GrpcStatus, type GrpcStatusName, grpcStatusNames } from '../core/index.js';

/** What the target has done since it started, and what it holds now. */
export interface TargetCounters {
  /** HTTP responses begun and gRPC calls ended, whatever their status, and those that were cut by a reset. */
  readonly requests: number;
  /** HTTP responses by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** gRPC calls by the name of their status; CANCELLED when the client went before it had one. */
  readonly grpcStatuses: Readonly<Record<string, number>>;
  /** Messages of gRPC calls. */
  readonly messagesReceived: number;
  readonly messagesSent: number;
  /** Requests held or being served. One that is answered at once never shows here. */
  readonly inFlight: number;
  readonly connectionsOpened: number;
  readonly connectionsActive: number;
  /** Closed on arrival because of `maxConnections`. */
  readonly connectionsDropped: number;
  /** Connections reset on purpose. */
  readonly resets: number;
  readonly keys: number;
  readonly storedBytes: number;
  /** Keys dropped to make room. */
  readonly evictions: number;
}

/** Where each number lies in the counters' memory; the responses by method and status follow, then the calls. */
export const Slot = {
  inFlight: 0,
  connectionsOpened: 1,
  connectionsActive: 2,
  connectionsDropped: 3,
  resets: 4,
  keys: 5,
  storedBytes: 6,
  evictions: 7,
  messagesReceived: 8,
  messagesSent: 9,
} as const;

export type Slot = (typeof Slot)[keyof typeof Slot];

const FIRST_RESPONSE = 16;
const STATUSES = 600;

/** A method that is not in the list counts as the last one. */
const methods = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'other'] as const;
const rowOf = new Map<string, number>(
  methods.map((method, index) => [method, FIRST_RESPONSE + index * STATUSES]),
);
const otherRow = FIRST_RESPONSE + (methods.length - 1) * STATUSES;

/** A gRPC method that is not in the list counts as the last one. */
const grpcMethods = ['Get', 'Put', 'Delete', 'Watch', 'BatchPut', 'Sync', 'other'] as const;
const codes = grpcStatusNames;
const FIRST_CALL = FIRST_RESPONSE + methods.length * STATUSES;
const CELLS = FIRST_CALL + grpcMethods.length * codes.length;
const callRowOf = new Map<string, number>(
  grpcMethods.map((method, index) => [method, FIRST_CALL + index * codes.length]),
);
const otherCallRow = CELLS - codes.length;

/** Everything that is counted, in one array. */
export class Counters {
  readonly #cells = new Float64Array(CELLS);

  /** @param status in [100, 599] */
  countResponse(method: string, status: number): void {
    const cell = (rowOf.get(method) ?? otherRow) + status;
    this.#cells[cell] = (this.#cells[cell] ?? 0) + 1;
  }

  /** @param method without its service */
  countCall(method: string, code: GrpcStatusName): void {
    const cell = (callRowOf.get(method) ?? otherCallRow) + GrpcStatus[code];
    this.#cells[cell] = (this.#cells[cell] ?? 0) + 1;
  }

  add(slot: Slot, amount: number): void {
    this.#cells[slot] = (this.#cells[slot] ?? 0) + amount;
  }

  set(slot: Slot, value: number): void {
    this.#cells[slot] = value;
  }

  get(slot: Slot): number {
    return this.#cells[slot] ?? 0;
  }

  /** Every method and status that occurred, with its count. */
  *responses(): Generator<{ method: string; status: number; count: number }> {
    for (const [method, row] of rowOf) {
      for (let status = 100; status < STATUSES; status++) {
        const count = this.#cells[row + status] ?? 0;
        if (count > 0) yield { method, status, count };
      }
    }
  }

  /** Every gRPC method and status that occurred, with its count. */
  *calls(): Generator<{ method: string; code: GrpcStatusName; count: number }> {
    for (const [method, row] of callRowOf) {
      for (const code of codes) {
        const count = this.#cells[row + GrpcStatus[code]] ?? 0;
        if (count > 0) yield { method, code, count };
      }
    }
  }

  snapshot(): TargetCounters {
    const statuses: Record<string, number> = {};
    const grpcStatuses: Record<string, number> = {};
    let requests = this.get(Slot.resets);
    for (const { status, count } of this.responses()) {
      statuses[status] = (statuses[status] ?? 0) + count;
      requests += count;
    }
    for (const { code, count } of this.calls()) {
      grpcStatuses[code] = (grpcStatuses[code] ?? 0) + count;
      requests += count;
    }
    return {
      requests,
      statuses,
      grpcStatuses,
      messagesReceived: this.get(Slot.messagesReceived),
      messagesSent: this.get(Slot.messagesSent),
      inFlight: this.get(Slot.inFlight),
      connectionsOpened: this.get(Slot.connectionsOpened),
      connectionsActive: this.get(Slot.connectionsActive),
      connectionsDropped: this.get(Slot.connectionsDropped),
      resets: this.get(Slot.resets),
      keys: this.get(Slot.keys),
      storedBytes: this.get(Slot.storedBytes),
      evictions: this.get(Slot.evictions),
    };
  }
}
