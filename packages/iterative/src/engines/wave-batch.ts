import type { Tensor } from '@tensorflow/tfjs-core';
import type { ComplexKernels } from '../kernels/complex-kernels.js';
import { complexTensor, complexValues, realValues } from '../kernels/tensor-values.js';
import { transformTables } from '../kernels/transform-tables.js';
import type { WaveJob } from '../kernels/wave-jobs.js';
import type { WaveLoops } from '../kernels/wave-loops.js';
import { type NoiseModel, POISSON_HOLD } from './amplitude-residual.js';
import type { StepProducts } from './joint-steps.js';
import { rampRows } from './probe-shifts.js';
import type { FrameBatch } from './propagate.js';

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
  /** sum_j conj(P_j) chi_j at their places, pairs, `[H, W]`. What it is turned into is the direction D of {@link WaveBatch.products}. */
  readonly objectSum: Float32Array;
  /** Q, the mean of conj(O_j) chi_j moved back, pairs, `[m, N, N]`; undefined when the probe is not updated. */
  readonly probeDirection: Float32Array | undefined;
}

/** What both halves of a batch read, or write at the places of their frames. */
type Common =
  | 'factors'
  | 'forward'
  | 'back'
  | 'spectrum'
  | 'rowRamps'
  | 'columnRamps'
  | 'starts'
  | 'amplitudes'
  | 'mask'
  | 'errors'
  | 'numbers'
  | 'object'
  | 'probeDirection'
  | 'probes'
  | 'corrections';
/** What each half has for itself: sums, and room for the waves of one frame. */
type Own = 'objectSum' | 'spectrumSum' | 'waves' | 'change' | 'scratch';

/**
 * One batch of exit waves in the memory of the loops, frame by frame through the model and back. The batch has two halves with sums of their own,
 * which are added in this order whether one thread does both or two do one each.
 */
export class WaveBatch {
  readonly #kernels: ComplexKernels;
  readonly #loops: WaveLoops;
  readonly #input: WaveBatchInput;
  readonly #at: Readonly<Record<Common | `${Own}${0 | 1}`, number>>;
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
    const first = Math.ceil(this.#count / 2);
    loops.take([this.#job({ half: 0, first: 0, frames: first }), this.#job({ half: 1, first, frames: this.#count - first })]);
    this.#load();
  }

  get #area(): number {
    return this.#side ** 2;
  }

  #regions(): Readonly<Record<Common | `${Own}${0 | 1}`, number>> {
    const [frames, one] = [this.#count, 8 * this.#modes * this.#area];
    const { factors, forward, back } = transformTables(this.#side);
    const object = 4 * this.#input.object.length;
    const ramps = 8 * frames * this.#side;
    const floats = 4 * this.#area;
    const scratch = 32 * this.#side;
    return {
      factors: factors.byteLength,
      forward: forward.byteLength,
      back: back.byteLength,
      scratch0: scratch,
      waves0: one,
      change0: floats,
      spectrumSum0: one,
      scratch1: scratch,
      waves1: one,
      change1: floats,
      spectrumSum1: one,
      spectrum: one,
      probeDirection: one,
      rowRamps: ramps,
      columnRamps: ramps,
      starts: 4 * frames,
      mask: floats,
      errors: 8 * frames,
      numbers: 48 * frames,
      amplitudes: frames * floats,
      object,
      objectSum0: object,
      objectSum1: object,
      probes: frames * one,
      corrections: frames * one,
    };
  }

  #load(): void {
    const { batch, object, shape, probe, mask } = this.#input;
    const { fractionX, fractionY, rows, columns } = batch.placements;
    const { factors, forward, back } = transformTables(this.#side);
    const put = (name: Common, values: Float32Array): void => this.#loops.floats(this.#at[name], values.length).set(values);
    this.#loops.integers(this.#at.factors, factors.length).set(factors);
    put('forward', forward);
    put('back', back);
    put('object', object);
    put('rowRamps', rampRows(fractionY, this.#side));
    put('columnRamps', rampRows(fractionX, this.#side));
    put('amplitudes', realValues(batch.amplitudes));
    if (mask !== undefined) put('mask', realValues(mask));
    put('spectrum', complexValues(this.#kernels, probe));
    const starts = this.#loops.integers(this.#at.starts, this.#count);
    for (let j = 0; j < this.#count; j++) starts[j] = (rows[j] as number) * shape[1] + (columns[j] as number);
    for (const half of [0, 1] as const) {
      this.#loops.floats(this.#at[`spectrumSum${half}`], 2 * this.#modes * this.#area).fill(0);
      this.#loops.floats(this.#at[`objectSum${half}`], object.length).fill(0);
    }
    this.#loops.transform({ from: this.#at.spectrum, to: this.#at.spectrum, count: this.#modes, back: false });
  }

  /** Every frame through the model and back. */
  pass(): WavePass {
    const { updateProbe, object } = this.#input;
    this.#loops.run({ products: false });
    this.#loops.addTo(this.#at.objectSum0, this.#at.objectSum1, object.length);
    const errors = this.#loops.doubles(this.#at.errors, this.#count);
    return {
      error: errors.reduce((a, b) => a + b, 0),
      objectSum: this.#loops.floats(this.#at.objectSum0, object.length),
      probeDirection: updateProbe ? this.#meanGradient() : undefined,
    };
  }

  #job({ half, first, frames }: HalfOfBatch): WaveJob {
    const [at, modes, side, area] = [this.#at, this.#modes, this.#side, this.#area];
    const { noise, mask, shape, updateProbe } = this.#input;
    const waves = 8 * first * modes * area;
    return {
      ...at,
      ...{ side, modes, frames, width: shape[1] },
      products: 0,
      gradients: updateProbe ? 1 : 0,
      hold: noise === 'poisson' ? POISSON_HOLD : 0,
      scratch: at[`scratch${half}`],
      waves: at[`waves${half}`],
      change: at[`change${half}`],
      spectrumSum: at[`spectrumSum${half}`],
      objectSum: at[`objectSum${half}`],
      direction: at.objectSum0,
      probeDirection: updateProbe ? at.probeDirection : 0,
      mask: mask === undefined ? 0 : at.mask,
      rowRamps: at.rowRamps + 8 * first * side,
      columnRamps: at.columnRamps + 8 * first * side,
      starts: at.starts + 4 * first,
      errors: at.errors + 8 * first,
      numbers: at.numbers + 48 * first,
      amplitudes: at.amplitudes + 4 * first * area,
      probes: at.probes + waves,
      corrections: at.corrections + waves,
    };
  }

  #meanGradient(): Float32Array {
    const length = 2 * this.#modes * this.#area;
    this.#loops.addTo(this.#at.spectrumSum0, this.#at.spectrumSum1, length);
    this.#loops.transform({ from: this.#at.spectrumSum0, to: this.#at.probeDirection, count: this.#modes, back: true });
    const mean = this.#loops.floats(this.#at.probeDirection, length);
    for (let i = 0; i < length; i++) mean[i] = (mean[i] as number) / this.#count;
    return mean;
  }

  /** Inner products that decide the step lengths along D and Q. */
  products(): StepProducts {
    const loops = this.#loops;
    loops.run({ products: true });
    const numbers = loops.doubles(this.#at.numbers, 6 * this.#count);
    const column = (index: number): Float64Array => Float64Array.from({ length: this.#count }, (_, j) => numbers[6 * j + index] as number);
    const [objectPower, objectGain, probePower, probeGain, crossRe, crossIm] = [0, 1, 2, 3, 4, 5].map(column) as SixColumns;
    return { objectPower, objectGain, probePower, probeGain, crossRe, crossIm };
  }

  /** Probes at the frames and corrections, complex `[B, m, N, N]`, of the scope they are asked for in. */
  tensors(): { readonly probes: Tensor; readonly corrections: Tensor } {
    return { probes: this.#complex(this.#at.probes), corrections: this.#complex(this.#at.corrections) };
  }

  #complex(address: number): Tensor {
    // A copy: the engine takes no memory that threads share.
    const values = this.#loops.floats(address, 2 * this.#count * this.#modes * this.#area).slice();
    return complexTensor(this.#kernels, values, [this.#count, this.#modes, this.#side, this.#side]);
  }
}

interface HalfOfBatch {
  readonly half: 0 | 1;
  readonly first: number;
  readonly frames: number;
}

type SixColumns = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
