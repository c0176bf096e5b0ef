/** What is taken out of the responses of an operation, for later requests of the same user: `{{name}}`. */
export interface CaptureSpec {
  /** What templates call it. Several operations may capture one name. */
  readonly name: string;
  readonly from: CaptureSource;
  /** Applied to what `from` gives: its first group is the value, or the whole match; null: all of it. */
  readonly pattern: string | null;
  /** The value where nothing is captured; null: what needs it is not sent. One for all captures of a name. */
  readonly fallback: string | null;
}

export type CaptureSource =
  /** The first field of this name, in lower case. */
  | { readonly kind: 'header'; readonly name: string }
  /** A JSON pointer (RFC 6901) into the content. */
  | { readonly kind: 'json'; readonly pointer: string }
  | { readonly kind: 'body' };

/** Operations that one user sends one after the other. A hit begins it, and all of it draws as that hit. */
export interface PlanSequence {
  readonly name: string;
  /** Share of the hits, as that of an operation. */
  readonly weight: number;
  /** At least one. */
  readonly steps: readonly PlanStep[];
  /** Goes on after a step that failed; else that ends the sequence. */
  readonly continues: boolean;
}

export interface PlanStep {
  /** Name of the operation. */
  readonly operation: string;
  /** Time between its end and the next step, or before the user is free again; null: none. */
  readonly think: ThinkTime | null;
}

/** Milliseconds, drawn for each step of each hit. Never below 0 nor above `maxMs`. */
export type ThinkTime =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number; readonly maxMs: number }
  | {
      readonly kind: 'normal';
      readonly meanMs: number;
      readonly deviationMs: number;
      readonly maxMs: number;
    };
