import type { SolveState } from '../run/solve-state.js';

/** How far positions may go. */
export interface MovePositionsOptions {
  /** Frames whose positions are refined. */
  readonly frames: Int32Array;
  readonly positionStep: number;
  readonly positionLimitPx: number;
  /** Keeps a position where the object is. */
  readonly place: (position: number, axis: 'x' | 'y') => number;
}

/** Share of the last move that is repeated while moves agree completely. */
const INERTIA = 0.9;

/**
 * Applies the displacements that an epoch found: shortened by the step, bounded per axis, and with their mean taken out, because a common
 * displacement only moves the object. Returns the root mean square move in pixels.
 *
 * Object and probe have adapted to wrong positions, so that single displacements are a small part of what is missing, and all point the same way.
 * The better the displacements of all frames correlate with the last moves, the more of those is repeated (up to ten times the displacement); where
 * positions are right, displacements are noise, do not correlate, and nothing is repeated.
 */
export function movePositions(state: SolveState, { frames, positionStep, positionLimitPx, place }: MovePositionsOptions): number {
  const inertia = INERTIA * Math.max(0, agreement(state, frames));
  let sum = 0;
  for (const [axis, positions, moves, last] of [
    ['x', state.x, state.moveX, state.lastMoveX],
    ['y', state.y, state.moveY, state.lastMoveY],
  ] as const) {
    const bounded = Float64Array.from(frames, (j) => {
      const move = positionStep * (moves[j] as number) + inertia * (last[j] as number);
      return Math.max(-positionLimitPx, Math.min(positionLimitPx, move));
    });
    const mean = bounded.reduce((a, b) => a + b, 0) / bounded.length;
    for (const [i, j] of frames.entries()) {
      const move = (bounded[i] as number) - mean;
      positions[j] = place((positions[j] as number) + move, axis);
      last[j] = move;
      sum += move * move;
    }
    moves.fill(0);
  }
  return Math.sqrt(sum / frames.length);
}

/** Correlation of what was found with the last moves, over both axes of all frames; 0 where nothing moved. */
function agreement({ moveX, moveY, lastMoveX, lastMoveY }: SolveState, frames: Int32Array): number {
  let [both, own, past] = [0, 0, 0];
  for (const [moves, last] of [
    [moveX, lastMoveX],
    [moveY, lastMoveY],
  ] as const) {
    for (const j of frames) {
      const [a, b] = [moves[j] as number, last[j] as number];
      both += a * b;
      own += a * a;
      past += b * b;
    }
  }
  return own > 0 && past > 0 ? both / Math.sqrt(own * past) : 0;
}
