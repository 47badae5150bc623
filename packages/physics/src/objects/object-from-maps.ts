import { type ComplexArray, complexZeros } from '@ptychokit/config';
import type { RealMap } from '../gaussian-blur.js';

/** Options of {@link objectFromMaps}. */
export interface ObjectFromMapsOptions {
  /** Amplitude per pixel; default 1 everywhere. */
  readonly amplitude?: RealMap;
  /** Phase per pixel in radians; default 0 everywhere. */
  readonly phase?: RealMap;
}

/** The complex object `[H, W]` of an amplitude and a phase map. @throws {RangeError} when there is neither, or their shapes differ. */
export function objectFromMaps({ amplitude, phase }: ObjectFromMapsOptions): ComplexArray {
  const shape = amplitude ?? phase;
  if (shape === undefined) throw new RangeError('expected an amplitude or a phase map, got neither');
  if (phase !== undefined && (phase.height !== shape.height || phase.width !== shape.width)) {
    throw new RangeError(`expected maps of one shape, got ${shape.height} x ${shape.width} and ${phase.height} x ${phase.width}`);
  }
  const object = complexZeros([shape.height, shape.width]);
  for (let i = 0; i < shape.data.length; i++) {
    const modulus = amplitude?.data[i] ?? 1;
    const angle = phase?.data[i] ?? 0;
    object.data[2 * i] = modulus * Math.cos(angle);
    object.data[2 * i + 1] = modulus * Math.sin(angle);
  }
  return object;
}

/** A map stretched so that 0 becomes `low` and 1 becomes `high`. */
export function stretchMap(map: RealMap, { low, high }: { readonly low: number; readonly high: number }): RealMap {
  return { ...map, data: map.data.map((value) => low + (high - low) * value) };
}

/** Phase in (-pi, pi) that follows an amplitude map: pi tanh((A - max / 2) / (3 mean)). */
export function phaseFromAmplitude({ height, width, data }: RealMap): RealMap {
  const largest = data.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const mean = data.reduce((a, b) => a + b, 0) / data.length;
  return { height, width, data: data.map((value) => Math.PI * Math.tanh((value - largest / 2) / (3 * mean))) };
}
