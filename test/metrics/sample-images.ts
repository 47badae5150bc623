import { Random } from '@ptychokit/config';
import type { ComplexImage, RealImage } from '@ptychokit/metrics';

export interface Scene {
  /** Content moved by +x columns and +y rows. */
  readonly shift?: { readonly x: number; readonly y: number };
  readonly phaseContrast?: number;
}

/** A smooth complex object of `rows x cols` pixels that can be drawn at any sub-pixel shift, since it is a sum of waves. */
export function waves(seed: number, size: readonly [number, number], scene: Scene = {}): ComplexImage & { readonly data: Float64Array } {
  const { shift = { x: 0, y: 0 }, phaseContrast = 0.25 } = scene;
  const random = new Random(seed, 'waves');
  const terms = Array.from({ length: 30 }, () => ({
    u: 1.2 * (random.uniform() - 0.5),
    v: 1.2 * (random.uniform() - 0.5),
    start: 2 * Math.PI * random.uniform(),
    amplitude: 0.06 * random.normal(),
    phase: phaseContrast * random.normal(),
  }));
  const [rows, cols] = size;
  const data = new Float64Array(2 * rows * cols);
  for (let i = 0; i < rows * cols; i++) {
    const x = (i % cols) - shift.x;
    const y = Math.floor(i / cols) - shift.y;
    let amplitude = 1;
    let phase = 0;
    for (const term of terms) {
      amplitude += term.amplitude * Math.cos(term.u * x + term.v * y + term.start);
      phase += term.phase * Math.sin(term.u * x - term.v * y + term.start);
    }
    data[2 * i] = amplitude * Math.cos(phase);
    data[2 * i + 1] = amplitude * Math.sin(phase);
  }
  return { shape: [rows, cols], data };
}

/** The image times `factor` exp(i (ramp.x x + ramp.y y)), plus complex normal noise. */
export function disturbed(
  image: ComplexImage,
  options: {
    readonly factor?: { readonly re: number; readonly im: number };
    readonly ramp?: { readonly x: number; readonly y: number };
    readonly noise?: number;
    readonly seed?: number;
  },
): ComplexImage & { readonly data: Float64Array } {
  const { factor = { re: 1, im: 0 }, ramp = { x: 0, y: 0 }, noise = 0, seed = 0 } = options;
  const random = new Random(seed, 'noise');
  const cols = image.shape[1] as number;
  const data = new Float64Array(image.data.length);
  for (let i = 0; i < data.length / 2; i++) {
    const angle = ramp.x * (i % cols) + ramp.y * Math.floor(i / cols);
    const re = factor.re * Math.cos(angle) - factor.im * Math.sin(angle);
    const im = factor.re * Math.sin(angle) + factor.im * Math.cos(angle);
    const a = image.data[2 * i] as number;
    const b = image.data[2 * i + 1] as number;
    data[2 * i] = a * re - b * im + noise * random.normal();
    data[2 * i + 1] = a * im + b * re + noise * random.normal();
  }
  return { shape: image.shape, data };
}

/** A real image of uniform random numbers. */
export function uniformNoise(seed: number, size: readonly [number, number]): RealImage & { readonly data: Float64Array } {
  const random = new Random(seed, 'uniform');
  return { shape: [...size], data: Float64Array.from({ length: size[0] * size[1] }, random.uniform) };
}

/** A real image from rows of numbers. */
export function realImage(rows: readonly (readonly number[])[]): RealImage & { readonly data: Float64Array } {
  return { shape: [rows.length, (rows[0] as readonly number[]).length], data: Float64Array.from(rows.flat()) };
}
