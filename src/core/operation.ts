import type { CompiledMessage, MethodKind, StreamPlan } from './call.js';

/**
 * A text with holes: literal pieces, and indices into the values of a hit.
 * Every string here is a byte string: one char (0–255) per byte, so its length is its size on the wire.
 */
export type Text = readonly (string | number)[];

/** The values of one hit, one byte string for each hole index. */
export type Values = readonly string[];

/** One header line; the name is fixed, the value may have holes. */
export interface HeaderText {
  readonly name: string;
  readonly value: Text;
}

/**
 * An operation compiled from its templates, ready for a driver to turn into bytes once.
 * `target` is the request target (path and query), percent-encoded where it is fixed.
 */
export interface Operation {
  readonly name: string;
  readonly method: Text;
  readonly target: Text;
  /** In the order given; without Host, Content-Length and Connection, which belong to the driver. */
  readonly headers: readonly HeaderText[];
  /** Null: no body, and no Content-Length for methods that expect none. */
  readonly body: Text | null;
  /** Present when, and only when, it is a gRPC call: method, target and body then follow from it. */
  readonly call?: OperationCall;
}

/** A gRPC call ready for its driver. The messages' holes are indices into the values of a hit. */
export interface OperationCall {
  readonly kind: MethodKind;
  readonly messages: readonly CompiledMessage[];
  /** See `GrpcPlan.types`. */
  readonly types: string | null;
  readonly maxMessageBytes: number;
  readonly gzip: boolean;
  readonly stream: StreamPlan;
  /**
   * Values of message `index` of a call, where each message draws its own (`StreamPlan.freshValues`); null: those
   * of the call. The array is reused: the next call overwrites it.
   * @param values of the call, which say which call it is
   */
  readonly draw: ((values: Values, index: number) => Values) | null;
  /**
   * Which value says which of `messages` a call sends that sends one of several: its index, in decimal digits. They
   * take turns from hit to hit. Null: there is one, or the client streams.
   */
  readonly turn: number | null;
}
