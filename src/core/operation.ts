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
}
