/** A run that sends the requests of a log again, in place of operations of its own. */
export interface Replay {
  /** The log: a file, gzipped or not; `-` is stdin. */
  readonly file: string;
  readonly format: ReplayFormat;
  /** Where the parts of a request stand in JSON lines or CSV; those not named are looked for. */
  readonly fields: ReplayFields;
  /** How many times as fast as it was logged, > 0; null: as fast as the responses come, in the log's order. */
  readonly speed: number | null;
  /** Requests of other methods are left out. In capitals, at least one. */
  readonly methods: readonly string[];
  /** Whether the log begins again at its end; else the run ends with it. */
  readonly loop: boolean;
  /** The log once it was read; null until then. Workers get logs that were read only. */
  readonly log: ReplayLog | null;
}

export type ReplayFormat = 'auto' | 'access' | 'jsonl' | 'csv';

/** The parts of a request that a log may hold. */
export const replayParts = ['method', 'path', 'time', 'headers', 'body'] as const;
export type ReplayPart = (typeof replayParts)[number];
export type ReplayFields = Readonly<Partial<Record<ReplayPart, string>>>;

/** A log that was read: its requests lie in the order of their times in a file that workers read along with. */
export interface ReplayLog {
  /** Of the file; it goes when the run is over. */
  readonly path: string;
  /** What the lines were found to be: `combined log format`. */
  readonly about: string;
  readonly lines: number;
  /** Requests in the file, ≥ 1. */
  readonly hits: number;
  /** From the first request to where the log would begin again, in its own time; 0 where times are not used. */
  readonly spanMs: number;
  /** What the times leave open: 1000 where they say no more than the second, else 0. */
  readonly resolutionMs: number;
  /** What requests of the log may look alike in. */
  readonly shapes: readonly ReplayShape[];
  /** Lines that are no request to send, by reason, the most frequent first. */
  readonly leftOut: readonly ReplayOmission[];
}

export interface ReplayShape {
  /** Index into the plan's operations. */
  readonly operation: number;
  /** Names of the headers that the log gives. */
  readonly headers: readonly string[];
  readonly hasBody: boolean;
  /** Requests of the log that have it. */
  readonly hits: number;
}

export interface ReplayOmission {
  readonly reason: string;
  readonly lines: number;
  /** The first of them, from 1. */
  readonly firstLine: number;
}
