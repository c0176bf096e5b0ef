import type { Plan } from '../core/index.js';

/** A profile that stands for several runs: one for each way to choose a value of every axis. */
export interface Matrix {
  readonly name: string;
  readonly axes: readonly Axis[];
  /** All combinations, the last axis changing first. At least two. */
  readonly cells: readonly MatrixCell[];
  /** Index of the cell that the others are compared with. */
  readonly baseline: number;
  /** How often each cell is run. */
  readonly repeat: number;
  /** Decides the order of the cells in each round. */
  readonly seed: number;
}

export interface Axis {
  readonly name: string;
  /** What its values are called, each once. */
  readonly labels: readonly string[];
}

export interface MatrixCell {
  /** The value of each axis, as an index into its labels. */
  readonly at: readonly number[];
  /** What the cell is called: `reads=99 connections=16`. */
  readonly label: string;
  readonly plan: Plan;
}

/** What a profile stands for. */
export type ProfileRuns =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'matrix'; readonly matrix: Matrix };
