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

/**
 * Applies the displacements that an epoch found: shortened by the step, bounded per axis, and with their mean taken out, because a common
 * displacement only moves the object. Returns the root mean square move in pixels.
 */
export function movePositions(state: SolveState, { frames, positionStep, positionLimitPx, place }: MovePositionsOptions): number {
  let sum = 0;
  for (const [axis, positions, moves] of [
    ['x', state.x, state.moveX],
    ['y', state.y, state.moveY],
  ] as const) {
    const bounded = Float64Array.from(frames, (j) => {
      const move = positionStep * (moves[j] as number);
      return Math.max(-positionLimitPx, Math.min(positionLimitPx, move));
    });
    const mean = bounded.reduce((a, b) => a + b, 0) / bounded.length;
    for (const [i, j] of frames.entries()) {
      const move = (bounded[i] as number) - mean;
      positions[j] = place((positions[j] as number) + move, axis);
      sum += move * move;
    }
    moves.fill(0);
  }
  return Math.sqrt(sum / frames.length);
}
