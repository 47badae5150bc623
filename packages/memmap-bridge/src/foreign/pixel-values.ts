import type { NpyTypeName } from '../npy/dtype.js';
import type { NpyArray } from '../npy/read.js';

/** What is known of the pixels of a detector window. */
export interface PixelRules {
  /** Counts become amplitudes by the square root. */
  readonly values: 'counts' | 'amplitude';
  /** 1 where a pixel is bad in every frame, `[N, N]`. */
  readonly badPixels?: Uint8Array | undefined;
  /** Counts of a frame without beam, `[N, N]`; subtracted. */
  readonly dark?: Float32Array | undefined;
  /** Efficiency of each pixel, `[N, N]`; divided by. */
  readonly efficiency?: Float32Array | undefined;
}

/** The largest number of these types is a detector's mark for pixels that measure nothing. */
const MARKS: Partial<Record<NpyTypeName, number>> = { uint16: 0xffff, uint32: 0xffff_ffff };

/** Types that frames may have. */
export const isFrameType = (type: NpyTypeName | undefined): boolean => type !== undefined && /^(u?int|float)/.test(type);

/**
 * Turns stored frames into amplitudes: bad pixels, NaN and a detector's mark become 0, negative values 0.
 *
 * @param stored `[k, N, N]`
 * @param weights `[k, N, N]`; a pixel is good where its weight is positive
 * @param into `[k, N, N]`
 */
export function toAmplitudes(
  stored: NpyArray,
  { weights, into, rules }: { readonly weights: NpyArray | undefined; readonly into: Float32Array; readonly rules: PixelRules },
): void {
  const data = stored.data as ArrayLike<number | bigint>;
  const pixels = rules.badPixels?.length ?? rules.dark?.length ?? rules.efficiency?.length ?? data.length;
  const mark = MARKS[stored.type];
  const { badPixels, dark, efficiency } = rules;
  const good = weights?.data as ArrayLike<number | bigint> | undefined;
  for (let i = 0; i < data.length; i++) {
    const raw = Number(data[i]);
    const at = i % pixels;
    let value = raw === mark || badPixels?.[at] === 1 || (good !== undefined && !(Number(good[i]) > 0)) ? 0 : raw;
    if (dark !== undefined) value -= dark[at] as number;
    if (efficiency !== undefined) value /= efficiency[at] as number;
    if (!(value > 0)) into[i] = 0;
    else into[i] = rules.values === 'counts' ? Math.sqrt(value) : value;
  }
}
