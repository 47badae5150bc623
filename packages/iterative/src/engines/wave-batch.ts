import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { ComplexKernels } from '../kernels/complex-kernels.js';
import type { WaveLoops } from '../kernels/wave-loops.js';
import { type NoiseModel, POISSON_HOLD } from './amplitude-residual.js';
import type { StepProducts } from './joint-steps.js';
import { rampRows } from './probe-shifts.js';
import type { FrameBatch } from './propagate.js';

/** Bytes of the waves that are transformed at once: so few that they stay in the cache, so many that operations of the engine do not count. */
const PIECE_BYTES = 2 ** 21;

/** What {@link WaveBatch} works with. */
export interface WaveBatchInput {
  readonly batch: FrameBatch;
  /** Pairs of real and imaginary part, `[H, W]`. */
  readonly object: Float32Array;
  readonly shape: readonly [number, number];
  /** Probe times the checkerboard, complex `[m, N, N]`. */
  readonly probe: Tensor;
  readonly noise: NoiseModel;
  /** 1 where a pixel counts, `[N, N]`. */
  readonly mask: Tensor | undefined;
  readonly updateProbe: boolean;
}

/** What one pass through the model and back gives; arrays are views that live until the next batch. */
export interface WavePass {
  /** Sum of squared deviations of amplitudes. */
  readonly error: number;
  /** sum_j conj(P_j) chi_j at their places, pairs, `[H, W]`. */
  readonly objectSum: Float32Array;
  /** Q, the mean of conj(O_j) chi_j moved back, complex `[m, N, N]`, of the scope it is made in; undefined when the probe is not updated. */
  readonly probeDirection: Tensor | undefined;
}

type Address =
  | 'spectrum'
  | 'spectrumSum'
  | 'rowRamps'
  | 'columnRamps'
  | 'starts'
  | 'amplitudes'
  | 'mask'
  | 'scratch'
  | 'errors'
  | 'products';
type Large = 'object' | 'objectSum' | 'direction' | 'probeDirection' | 'probes' | 'corrections' | 'waves';

/**
 * One batch of exit waves in the memory of the loops: transforms on the engine, everything between them in single passes. The engine reads that
 * memory without a copy.
 */
export class WaveBatch {
  readonly #kernels: ComplexKernels;
  readonly #loops: WaveLoops;
  readonly #input: WaveBatchInput;
  readonly #at: Readonly<Record<Address | Large, number>>;
  readonly #count: number;
  readonly #modes: number;
  readonly #side: number;

  constructor(kernels: ComplexKernels, loops: WaveLoops, input: WaveBatchInput) {
    this.#kernels = kernels;
    this.#loops = loops;
    this.#input = input;
    this.#count = input.batch.indices.length;
    [this.#modes, this.#side] = input.probe.shape as [number, number, number];
    this.#at = loops.reserve(this.#regions());
    this.#load();
  }

  get #area(): number {
    return this.#side ** 2;
  }

  get #piece(): number {
    return Math.min(this.#count, Math.max(1, Math.round(PIECE_BYTES / (8 * this.#modes * this.#area))));
  }

  #regions(): Readonly<Record<Address | Large, number>> {
    const [frames, one] = [this.#count, 8 * this.#modes * this.#area];
    const object = 4 * this.#input.object.length;
    const ramps = 8 * frames * this.#side;
    const floats = 4 * this.#area;
    return {
      spectrum: one,
      spectrumSum: one,
      probeDirection: one,
      rowRamps: ramps,
      columnRamps: ramps,
      starts: 4 * frames,
      mask: floats,
      scratch: floats,
      errors: 8 * frames,
      products: 48 * frames,
      amplitudes: frames * floats,
      object,
      objectSum: object,
      direction: object,
      probes: frames * one,
      corrections: frames * one,
      waves: this.#piece * one,
    };
  }

  #load(): void {
    const { batch, object, shape, probe, mask } = this.#input;
    const { fractionX, fractionY, rows, columns } = batch.placements;
    const put = (name: Address | Large, values: Float32Array): void => this.#loops.floats(this.#at[name], values.length).set(values);
    put('object', object);
    put('rowRamps', rampRows(fractionY, this.#side));
    put('columnRamps', rampRows(fractionX, this.#side));
    put('amplitudes', batch.amplitudes.dataSync<'float32'>());
    if (mask !== undefined) put('mask', mask.dataSync<'float32'>());
    tidy(() => put('spectrum', this.#kernels.parts(this.#kernels.fft2d(probe)).dataSync<'float32'>()));
    const starts = this.#loops.integers(this.#at.starts, this.#count);
    for (let j = 0; j < this.#count; j++) starts[j] = (rows[j] as number) * shape[1] + (columns[j] as number);
    this.#loops.floats(this.#at.spectrumSum, 2 * this.#modes * this.#area).fill(0);
    this.#loops.floats(this.#at.objectSum, object.length).fill(0);
  }

  /** Every frame through the model and back. */
  pass(): WavePass {
    const { updateProbe, object } = this.#input;
    for (let first = 0; first < this.#count; first += this.#piece) this.#passPiece(first, Math.min(this.#piece, this.#count - first));
    const errors = this.#loops.doubles(this.#at.errors, this.#count);
    return {
      error: errors.reduce((a, b) => a + b, 0),
      objectSum: this.#loops.floats(this.#at.objectSum, object.length),
      probeDirection: updateProbe ? this.#meanGradient() : undefined,
    };
  }

  #passPiece(first: number, frames: number): void {
    const { noise, mask, updateProbe, shape } = this.#input;
    const [at, loops, modes, side] = [this.#at, this.#loops, this.#modes, this.#side];
    const offset = 8 * first * modes * this.#area;
    const [probes, corrections] = [at.probes + offset, at.corrections + offset];
    const [rows, columns] = [at.rowRamps + 8 * first * side, at.columnRamps + 8 * first * side];
    const starts = at.starts + 4 * first;
    const size = [frames, modes, side] as const;
    loops.moveSpectra(at.waves, at.spectrum, rows, columns, ...size);
    this.#transform(frames, { back: true, from: at.waves, to: probes });
    loops.exitWaves(at.waves, probes, at.object, starts, shape[1], ...size);
    this.#transform(frames, { back: false, from: at.waves, to: at.waves });
    const data = [at.amplitudes + 4 * first * this.#area, mask === undefined ? 0 : at.mask, at.errors + 8 * first, at.scratch];
    loops.correctFields(at.waves, ...data, noise === 'poisson' ? POISSON_HOLD : 0, ...size);
    this.#transform(frames, { back: true, from: at.waves, to: corrections });
    loops.backProject(at.objectSum, updateProbe ? at.waves : 0, corrections, probes, at.object, starts, shape[1], ...size);
    if (!updateProbe) return;
    this.#transform(frames, { back: false, from: at.waves, to: at.waves });
    loops.sumMovedBack(at.spectrumSum, at.waves, rows, columns, ...size);
  }

  #transform(frames: number, { back, from, to }: { readonly back: boolean; readonly from: number; readonly to: number }): void {
    const length = 2 * frames * this.#modes * this.#area;
    tidy(() => {
      const fields = this.#complex(from, frames);
      const result = back ? this.#kernels.ifft2d(fields) : this.#kernels.fft2d(fields);
      this.#loops.floats(to, length).set(this.#kernels.parts(result).dataSync<'float32'>());
    });
  }

  /** Waves `[frames, m, N, N]` at an address, without a copy: they follow what is written there until the engine has computed with them. */
  #complex(address: number, frames: number): Tensor {
    const shape = [frames, this.#modes, this.#side, this.#side, 2];
    return this.#kernels.fromParts(tensor(this.#loops.floats(address, 2 * frames * this.#modes * this.#area), shape, 'float32'));
  }

  #meanGradient(): Tensor {
    const shape = [this.#modes, this.#side, this.#side, 2];
    const sum = this.#loops.floats(this.#at.spectrumSum, 2 * this.#modes * this.#area).map((value) => value / this.#count);
    return tidy(() => this.#kernels.ifft2d(this.#kernels.fromParts(tensor(sum, shape, 'float32'))));
  }

  /** Inner products that decide the step lengths along D and Q. */
  products(direction: Float32Array, probeDirection: Tensor | undefined): StepProducts {
    const [at, loops] = [this.#at, this.#loops];
    loops.floats(at.direction, direction.length).set(direction);
    if (probeDirection !== undefined) {
      const parts = tidy(() => this.#kernels.parts(probeDirection));
      const values = parts.dataSync<'float32'>();
      parts.dispose();
      loops.floats(at.probeDirection, values.length).set(values);
    }
    const towards = probeDirection === undefined ? 0 : at.probeDirection;
    const fields = [at.corrections, at.probes, at.object, at.direction, towards, at.starts];
    loops.stepProducts(at.products, ...fields, this.#input.shape[1], this.#count, this.#modes, this.#side);
    const numbers = loops.doubles(at.products, 6 * this.#count);
    const column = (index: number): Float64Array => Float64Array.from({ length: this.#count }, (_, j) => numbers[6 * j + index] as number);
    const [objectPower, objectGain, probePower, probeGain, crossRe, crossIm] = [0, 1, 2, 3, 4, 5].map(column) as SixColumns;
    return { objectPower, objectGain, probePower, probeGain, crossRe, crossIm };
  }

  /** Probes at the frames and corrections, complex `[B, m, N, N]`, of the scope they are asked for in; to be used before the next batch. */
  tensors(): { readonly probes: Tensor; readonly corrections: Tensor } {
    return { probes: this.#complex(this.#at.probes, this.#count), corrections: this.#complex(this.#at.corrections, this.#count) };
  }
}

type SixColumns = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
