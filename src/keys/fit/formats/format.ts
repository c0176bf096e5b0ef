/** Finds the key in a line. */
export interface KeyFormat {
  /** What the lines are and what of them is the key, in words: `combined log format, key: path`. */
  readonly about: string;
  /** First lines that are no lines of the log; default 0. */
  readonly headers?: number;
  /**
   * Looks for the key of `line[start…end)`.
   * @returns whether there is one: it is then `bytes[from…to)`, until the next call
   */
  find(line: Buffer, start: number, end: number): boolean;
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/** A key that is no stretch of the line, but made from it. */
export class MadeKey {
  bytes: Buffer = Buffer.allocUnsafe(4096);
  readonly from = 0;
  to = 0;

  /** Takes a text as the key. @returns whether it is one: the empty text is none */
  set(text: string): boolean {
    if (text.length * 3 > this.bytes.length) this.bytes = Buffer.allocUnsafe(text.length * 3);
    this.to = this.bytes.write(text, 'utf8');
    return this.to > 0;
  }
}

/** A regex as it was given: its source escapes slashes. */
export function shownPattern({ source }: RegExp): string {
  return source.replaceAll('\\/', '/');
}
