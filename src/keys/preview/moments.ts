import type { KeyShape } from '../../core/index.js';

/** A stretch of hits over which popularity stays, by one of its hits. */
export interface Moment {
  readonly hit: number;
  /** Share of the hits. */
  readonly share: number;
}

const MOST_MOVES = 200;
/** A key space that grows is looked at so many times: its growth in between is below what can be seen. */
const STEPS_OF_GROWTH = 64;

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

function movesOf(shape: KeyShape, draws: number): number[] | null {
  const moves: number[] = [];
  const { every = 0, growth = 0 } = shape.params;
  if (shape.distribution === 'shift') {
    if (draws / every > MOST_MOVES) return null;
    for (let hit = every; hit < draws; hit += every) moves.push(hit);
  }
  if (shape.distribution === 'latest' && growth > 0) {
    for (let step = 1; step < STEPS_OF_GROWTH; step++)
      moves.push(Math.round((draws * step) / STEPS_OF_GROWTH));
  }
  for (const part of shape.parts ?? []) {
    const inner = movesOf(part, draws);
    if (inner === null) return null;
    moves.push(...inner);
  }
  return moves.length > 2 * MOST_MOVES ? null : moves;
}
