import { deflateRawSync } from 'node:zlib';

/** Values of a plane as a page carries them. */
export interface CodedPlane {
  /** Value of level 0 and of the last level. */
  readonly low: number;
  readonly high: number;
  /** Base64 of deflated bytes; {@link codePlane} says of what. */
  readonly data: string;
}

/** Levels of a coded value: far more than colours, far fewer than digits of noise. */
export const LEVELS = 4096;

/**
 * Codes the values inside a mask, row by row, in {@link LEVELS} steps between the lowest and the highest of them: of each value the
 * difference to the one before it, modulo the levels and folded (0, -1, 1, -2, ... become 0, 1, 2, 3, ...); first all low bytes, then all
 * high bytes. Neighbours are alike, so the high bytes deflate to little.
 */
export function codePlane(values: Float32Array, mask: Uint8Array): CodedPlane {
  const inside = values.filter((_, i) => mask[i] === 1);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of inside) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (inside.length === 0) [low, high] = [0, 0];
  const bytes = new Uint8Array(2 * inside.length);
  let before = 0;
  for (let i = 0; i < inside.length; i++) {
    const level = high > low ? Math.round((((inside[i] as number) - low) / (high - low)) * (LEVELS - 1)) : 0;
    const step = ((level - before + LEVELS + LEVELS / 2) % LEVELS) - LEVELS / 2;
    const folded = step < 0 ? -2 * step - 1 : 2 * step;
    bytes[i] = folded & 0xff;
    bytes[inside.length + i] = folded >> 8;
    before = level;
  }
  return { low, high, data: packed(bytes) };
}

/** A mask as deflated bits, lowest bit first. */
export function codeMask(mask: Uint8Array): string {
  const bits = new Uint8Array(Math.ceil(mask.length / 8));
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7));
  return packed(bits);
}

const packed = (bytes: Uint8Array): string => deflateRawSync(bytes, { level: 9 }).toString('base64');
