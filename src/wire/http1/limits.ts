/** What one response may take before it is refused. */
export interface ResponseLimits {
  /**
   * Bytes of text around the body: status line, header fields, interim (1xx) responses, trailer fields and
   * chunk extensions, all of them together.
   */
  readonly maxHeaderBytes: number;
  /** Bytes of the body, chunk framing taken off. */
  readonly maxBodyBytes: number;
}

export const defaultLimits: ResponseLimits = {
  maxHeaderBytes: 64 * 1024,
  maxBodyBytes: 256 * 1024 * 1024,
};
