/**
 * Looks on while responses are read: the seam for whoever wants header fields or bodies. A parser
 * without one spends nothing on it. The bytes are the read buffer's: valid during the call only.
 */
export interface ResponseObserver {
  /** The head of a final response, whole, from its status line to its empty line: buf[from,to). Once a response. */
  head(buf: Buffer, from: number, to: number): void;
  /** The next bytes of its body, chunk framing taken off; never none. Transfer codings other than chunked stay on. */
  body(buf: Buffer, from: number, to: number): void;
}
