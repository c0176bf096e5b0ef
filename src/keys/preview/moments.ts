import type { KeyShape } from '../../core/index.js';

/** A stretch of hits over which popularity stays, by one of its hits. */
export interface Moment {
  readonly hit: number;
  /** Share of the hits. */
  readonly share: number;
}

const MOST_MOVES = 200;

/**
 * The stretches of the first `draws` hits over which popularity stays; one for most distributions.
 *
 * @returns null where it moves too often for that
 */
export function momentsOf(shape: KeyShape, draws: number): Moment[] | null {
  const bounds = movesOf(shape, draws);
  if (bounds === null) return null;
  const sorted = [...new Set([0, ...bounds, draws])].sort((a, b) => a - b);
  return sorted.slice(1).map((end, i) => {
    const start = sorted[i] as number;
    return { hit: Math.floor((start + end) / 2), share: (end - start) / draws };
  });
}

/** Hits at which popularity changes. */
function movesOf(shape: KeyShape, draws: number): number[] | null {
  const moves: number[] = [];
  const every = hitsBetweenMoves(shape);
  if (draws / every > MOST_MOVES) return null;
  for (let move = 1; move * every < draws; move++) moves.push(Math.ceil(move * every));
  for (const part of shape.parts ?? []) {
    const inner = movesOf(part, draws);
    if (inner === null) return null;
    moves.push(...inner);
  }
  return moves.length > 2 * MOST_MOVES ? null : moves;
}

/** Infinite for what stays. What is not random at all changes with each hit. */
function hitsBetweenMoves({ distribution, params }: KeyShape): number {
  if (distribution === 'sequential') return 1;
  if (distribution === 'shift') return params['every'] ?? Number.POSITIVE_INFINITY;
  // With each birth.
  return distribution === 'latest' ? 1 / (params['growth'] ?? 0) : Number.POSITIVE_INFINITY;
}
