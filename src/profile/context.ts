/** What a plan is made from besides the flags and the profile; handed in, so that tests need no process. */
export interface PlanContext {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Reads a whole file.
   * @param maxBytes a larger file is refused, whatever it says its size is
   * @throws ZipfireError `usage`
   */
  readonly readFile: (path: string, maxBytes: number) => Uint8Array;
  /** Reads standard input to its end; bounded likewise. @throws ZipfireError `usage` */
  readonly readStdin: (maxBytes: number) => Uint8Array;
  /** Cores that threads can run on. */
  readonly cores: number;
}
