import type { ComplexArray } from '@ptychokit/config';
import { type ComplexImage, ImageTransform } from './image-transform.js';
import { sampleObject } from './sample-object.js';

/** Object, probe and positions of a simulated scan. */
export interface FrameSourceArrays {
  /** `[H, W]`. */
  readonly object: ComplexArray;
  /** `[N, N]` or `[modes, N, N]`. */
  readonly probe: ComplexArray;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** N. */
  readonly frameSize: number;
}

/**
 * Makes far-field intensities one frame at a time, without the engine, in memory that does not depend on their number.
 *
 * I = sum over modes of |F(P_m O)|^2, F orthonormal with zero frequency at (N/2, N/2).
 */
export class FrameMaker {
  readonly #source: FrameSourceArrays;
  /** Rows and columns exchanged, here and in the modes, because the transform exchanges them again. */
  readonly #object: ComplexArray;
  readonly #modes: readonly ComplexImage[];
  readonly #transform: ImageTransform;
  readonly #patch: { readonly re: Float32Array; readonly im: Float32Array };

  constructor(source: FrameSourceArrays) {
    const { probe, frameSize } = source;
    const pixels = frameSize * frameSize;
    this.#source = source;
    this.#object = transposed(source.object);
    this.#modes = Array.from({ length: probe.data.length / (2 * pixels) }, (_, mode) => centredMode(probe, { mode, N: frameSize }));
    this.#transform = new ImageTransform(frameSize);
    this.#patch = { re: new Float32Array(pixels), im: new Float32Array(pixels) };
  }

  /** Intensity of one frame, `[N, N]`, into `intensity`. @throws {RangeError} when there is no such frame */
  intensity(index: number, intensity: Float32Array): void {
    const { x, frameSize } = this.#source;
    if (!(index >= 0 && index < x.length)) throw new RangeError(`expected frames of 0 … ${x.length - 1}, got ${index}`);
    this.#sample(index);
    this.#modes.forEach((mode, m) => {
      multiplyInto(this.#transform.input, mode, this.#patch);
      addSquaredModulus(this.#transform.transform(), { into: intensity.subarray(0, frameSize ** 2), replace: m === 0 });
    });
  }

  /** Mean over frames of sum |P O|^2, which is the mean intensity of a frame (Parseval), in double precision. */
  meanEnergy(): number {
    const { length } = this.#source.x;
    const { re, im } = this.#patch;
    const weights = this.#weights();
    let energy = 0;
    for (let k = 0; k < length; k++) {
      this.#sample(k);
      for (let i = 0; i < weights.length; i++) energy += (weights[i] as number) * ((re[i] as number) ** 2 + (im[i] as number) ** 2);
    }
    return energy / length;
  }

  #sample(index: number): void {
    const { x, y, frameSize } = this.#source;
    sampleObject(this.#object, { x: y[index] as number, y: x[index] as number, size: frameSize }, this.#patch);
  }

  /** |P|^2, modes summed; they carry 1/N, so N^2 makes them the probe again. */
  #weights(): Float64Array {
    const scale = this.#source.frameSize ** 2;
    return Float64Array.from(this.#patch.re, (_, i) =>
      this.#modes.reduce((sum, { re, im }) => sum + scale * ((re[i] as number) ** 2 + (im[i] as number) ** 2), 0),
    );
  }
}

/** One mode, transposed, times (-1)^(row + column) / N: exit waves made with it need neither centring nor normalisation. */
function centredMode({ data }: ComplexArray, { mode, N }: { readonly mode: number; readonly N: number }): ComplexImage {
  const turned = transposed({ shape: [N, N], data: data.subarray(2 * mode * N * N, 2 * (mode + 1) * N * N) }).data;
  const factor = (i: number): number => (((i % N) + Math.floor(i / N)) % 2 === 0 ? 1 : -1) / N;
  return {
    re: Float64Array.from({ length: N * N }, (_, i) => factor(i) * (turned[2 * i] as number)),
    im: Float64Array.from({ length: N * N }, (_, i) => factor(i) * (turned[2 * i + 1] as number)),
  };
}

function multiplyInto(into: ComplexImage, mode: ComplexImage, patch: { readonly re: Float32Array; readonly im: Float32Array }): void {
  for (let i = 0; i < patch.re.length; i++) {
    const a = patch.re[i] as number;
    const b = patch.im[i] as number;
    const c = mode.re[i] as number;
    const d = mode.im[i] as number;
    into.re[i] = a * c - b * d;
    into.im[i] = a * d + b * c;
  }
}

function addSquaredModulus({ re, im }: ComplexImage, { into, replace }: { readonly into: Float32Array; readonly replace: boolean }): void {
  for (let i = 0; i < into.length; i++) {
    const value = (re[i] as number) ** 2 + (im[i] as number) ** 2;
    into[i] = replace ? value : (into[i] as number) + value;
  }
}

function transposed({ shape, data }: ComplexArray): ComplexArray {
  const [height, width] = shape as readonly [number, number];
  const result = new Float32Array(data.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      result[2 * (column * height + row)] = data[2 * (row * width + column)] as number;
      result[2 * (column * height + row) + 1] = data[2 * (row * width + column) + 1] as number;
    }
  }
  return { shape: [width, height], data: result };
}
