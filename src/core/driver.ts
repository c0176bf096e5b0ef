import type { Operation, Values } from './operation.js';
import type { OutcomeKind } from './outcome.js';
import type { ClientOptions, Load, Target } from './plan.js';
import type { Fault } from './result.js';

/** An operation as its driver keeps it: everything that does not vary is bytes already. Opaque outside the driver. */
export interface Prepared {
  readonly operation: Operation;
}

/** What a driver tells the engine. */
export interface DriverEvents {
  /**
   * A request ended. Called once for every `send`, never from inside that `send`; the slot is free again,
   * unless the connection failed and the driver pauses it.
   *
   * @param ticket the number given to `send`
   * @param kind how it ended
   * @param status the response's status code; 0 when no whole response came. Of a gRPC call its gRPC status,
   *   which it has however it ended
   * @param bytesIn bytes of the response as read, head and body
   * @param endNs when it ended, on the clock of `core/clock`
   */
  outcome(ticket: number, kind: OutcomeKind, status: number, bytesIn: number, endNs: number): void;
  /**
   * A call with a stream sent or received messages, and goes on. Never from inside `send`.
   * @param count > 0
   * @param bytes on the wire, those that `send` returned not among them
   * @param atNs when, on the clock of `core/clock`
   */
  messagesSent(ticket: number, count: number, bytes: number, atNs: number): void;
  /**
   * @param count > 0; only the first of them has waited, the others came in the same read
   * @param latencyNs of the first: from the send of the request message of the same number where the client
   *   streams too, else from the message before it, and for the first of a call from the send of the call
   * @param atNs when, on the clock of `core/clock`
   */
  messagesReceived(ticket: number, count: number, latencyNs: number, atNs: number): void;
  /** A slot became free without an outcome: the pause after a failed connect is over. */
  slotFree(): void;
}

/** The fields of a response's head. Good during the call they come with. */
export interface ResponseFields {
  /** The value of the first field of a name, as a byte string; null when there is none. @param name in lower case */
  first(name: string): string | null;
  /** The values of all fields of a name, in order. */
  all(name: string): readonly string[];
}

/** Looks into final responses as they come in, before their outcome. */
export interface ResponseReader {
  /** Once a response; again when a request had to be repeated. */
  head(ticket: number, fields: ResponseFields): void;
  /** The next of its content: `bytes[from, to)`, good during the call. */
  content(ticket: number, bytes: Buffer, from: number, to: number): void;
}

/** What a driver counts besides outcomes, since it was made. */
export interface DriverCounters {
  /** Connections established, the first ones included. */
  connects: number;
  /** Connections established after `open`, to replace one that ended. */
  reconnects: number;
  /** Connection attempts that failed. */
  connectFailures: number;
}

/**
 * Sends requests on a fixed set of connections.
 *
 * A slot is one request that may be in flight: connections × pipeline depth, or × streams. The engine sends
 * only while `free` > 0, so `send` never queues, and the instant of the call is the instant of the send.
 * A connection that was lost is opened again by the next `send` on it, whose service time then holds it.
 */
export interface Driver {
  /** Connects. Rejects with a ZipfireError `unreachable` when no connection at all could be made. */
  open(): Promise<void>;
  /** Those that are prepared before `open` may share what they have in common; others work all the same. */
  prepare(operation: Operation): Prepared;
  /** Slots not in flight. */
  readonly free: number;
  /** Slots in all. */
  readonly slots: number;
  /**
   * Sends one request on a free slot.
   * @param ticket any integer; comes back with the outcome
   * @param nowNs the caller's reading of the clock, for the time-out
   * @returns the request's size on the wire, bytes
   */
  send(request: Prepared, values: Values, ticket: number, nowNs: number): number;
  readonly counters: Readonly<DriverCounters>;
  /** What went wrong so far, in more detail than outcomes have; absent: there is no more to say. */
  faults?(): readonly Fault[];
  /**
   * Uses the first so many connections alone from now on: others finish what they have and are closed, and opened
   * again by their next request. Of drivers made with `activeConnections`.
   * @param connections > 0
   */
  limit?(connections: number): void;
  /**
   * Has the next `send` go out on one connection. Of drivers made with `pinned`.
   * @param connection from 0
   * @returns false when that has no slot free: then nothing may be sent
   */
  pin?(connection: number): boolean;
  /**
   * Ends every connection. Requests still in flight after `graceMs` get the outcome `timeout`;
   * when this resolves every ticket has had its outcome and no socket is left.
   */
  close(graceMs: number): Promise<void>;
}

/** Something that happened to a connection. Texts in it may come from outside. */
export interface ConnectionEvent {
  /** `fault`: what is counted in `Driver.faults`, each time. */
  readonly event: 'connected' | 'connect-failed' | 'goaway' | 'closed' | 'fault';
  /** Which connection of the driver; absent: it is not said. */
  readonly connection?: number;
  /** Null: the one address that there is. */
  readonly address?: string | null;
  readonly why?: string;
}

/** What a driver is made from: the part of the plan that concerns it, for one worker. */
export interface DriverOptions {
  readonly target: Target;
  /** The IP address to connect to, found once for all; null: the driver goes by the target's host itself. */
  readonly address: string | null;
  /**
   * All addresses, where connections choose among them. Connection k of the driver goes to number `first + k × step`,
   * round the list, and to the next when it cannot be made.
   */
  readonly addresses?: { readonly list: readonly string[]; readonly first: number; readonly step: 0 | 1 };
  /** See `Load`. */
  readonly pingAfterMs?: number;
  /** Hears of connections; absent: nobody listens. */
  readonly log?: (event: ConnectionEvent) => void;
  /** Connections of this worker, > 0. */
  readonly connections: number;
  /** How many of them are used and opened at first, > 0, where `limit` will change that; absent: all, for good. */
  readonly activeConnections?: number;
  readonly pipeline: number;
  readonly streams: number;
  /** Slots of this worker, where they are fewer than the connections hold; null: as many as they hold. */
  readonly concurrency: number | null;
  readonly http: Load['http'];
  readonly keepAlive: boolean;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly client: ClientOptions;
  /** See `GrpcPlan.types`; absent where no message takes the schema. */
  readonly types?: string | null;
  /** Whether `pin` says on which connection each request goes; absent: on the one that has waited the longest. */
  readonly pinned?: boolean;
  /** Looks into responses; absent: nobody does. */
  readonly reader?: ResponseReader;
  readonly maxHeaderBytes?: number;
  readonly maxBodyBytes?: number;
}
