/** Figures of a run at one moment, whoever they are sent to. */
export interface Frame {
  /** Since the epoch: from when on counts count, the same in all frames of a run. */
  readonly startMs: number;
  /** That of the frame before; of the first, `startMs`. */
  readonly sinceMs: number;
  /** Since the epoch; later than that of the frame before. */
  readonly timeMs: number;
  readonly metrics: readonly Metric[];
}

export type Metric = {
  /** Of words with dots between: `zipfire.response.time`. */
  readonly name: string;
  /** UCUM: `s`, `By`, `{request}`, `{request}/s`. */
  readonly unit: string;
  readonly help: string;
} & (
  | { readonly kind: 'gauge'; readonly points: readonly NumberPoint[] }
  /** Counts from the start of the measured window on. */
  | { readonly kind: 'counter'; readonly points: readonly NumberPoint[] }
  /** The same of a distribution. */
  | {
      readonly kind: 'histogram';
      readonly bounds: readonly number[];
      readonly points: readonly HistogramPoint[];
    }
);

export type Labels = readonly (readonly [name: string, value: string])[];

export interface NumberPoint {
  readonly labels: Labels;
  /** Null: there is none any more. */
  readonly value: number | null;
}

export interface HistogramPoint {
  readonly labels: Labels;
  /** One for each bound, of values up to and with it and beyond the one before, and one for those above all. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** What a run is told apart by. */
export interface RunIdentity {
  /** Random. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** Secrets redacted. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Writes frames as a receiver reads them. */
export interface Encoding {
  /** Of every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly encode: (frame: Frame) => Uint8Array;
  /** How many points the receiver says it did not take, in the body of its answer. */
  readonly rejected: (body: Buffer) => number;
}
