import type { ModelConfig } from '@ptychokit/config';

/** Channel counts of the network for one frame size (PHYSICS: encoder ends at 8 x 8 x 128 n, decoders at N/2 x N/2 x 32 n). */
export interface Ladder {
  /** Output channels of each encoder block. */
  readonly encoder: readonly number[];
  /** Output channels of each decoder block. */
  readonly decoder: readonly number[];
}

const LADDERS: Readonly<Record<number, Ladder>> = {
  64: { encoder: [32, 64, 128], decoder: [64, 32] },
  128: { encoder: [16, 32, 64, 128], decoder: [128, 64, 32] },
  256: { encoder: [8, 16, 32, 64, 128], decoder: [256, 128, 64, 32] },
};

/** Frame sizes the network has a ladder for. */
export const LADDER_SIZES: readonly number[] = Object.keys(LADDERS).map(Number);

/**
 * Channel counts for a model configuration.
 *
 * @throws RangeError for a frame size without a ladder
 */
export function ladderFor({ N, nFiltersScale }: Pick<ModelConfig, 'N' | 'nFiltersScale'>): Ladder {
  const ladder = LADDERS[N];
  if (ladder === undefined) throw new RangeError(`expected frames of ${LADDER_SIZES.join(', ')} pixels, got N = ${N}`);
  const scale = (counts: readonly number[]): number[] => counts.map((count) => count * nFiltersScale);
  return { encoder: scale(ladder.encoder), decoder: scale(ladder.decoder) };
}

/** Object patches the network gives per group: one in mode `single`, else one per frame. */
export const patchesPerGroup = ({ gridsize, objectMode }: Pick<ModelConfig, 'gridsize' | 'objectMode'>): number =>
  gridsize > 1 && objectMode === 'single' ? 1 : gridsize ** 2;
