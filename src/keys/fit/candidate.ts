import type { Nodes } from './nodes.js';
import type { Cells } from './spectrum.js';

/** A model with the parameters that make a log most likely. */
export interface Candidate {
  readonly model: 'uniform' | 'zipf' | 'hotspot';
  /** How many parameters were free. */
  readonly freedom: number;
  readonly logLikelihood: number;
  readonly values: CandidateValues;
  /** ln(N − D + 1) as it was fitted: the scale on which its error is like a normal one. */
  readonly hidden: number;
  nodes(): Nodes;
  /** The same with another size. */
  withHidden(hidden: number): Nodes;
  /** The same model fitted to another log of the same kind: from here, so quickly. */
  refit(cells: Cells): Candidate;
}

export interface CandidateValues {
  /** Size of the key space. Not whole. */
  readonly n: number;
  /** Exponent; 0 for `uniform`, null for `hotspot`. */
  readonly alpha: number | null;
  /** Number of hot keys and their share of the requests; null but for `hotspot`. Not whole. */
  readonly hot: number | null;
  readonly share: number | null;
}

/** A log says nothing of keys beyond so many times those it holds. */
export const MOST_UNSEEN = 1e4;
