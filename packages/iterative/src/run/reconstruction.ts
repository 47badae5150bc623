import type { ComplexArray } from '@ptychokit/config';
import { checkerboard } from '@ptychokit/physics';
import { tidy } from '@tensorflow/tfjs-core';
import { fromComplexTensor } from '../kernels/complex-transfer.js';
import { finalResidual } from './final-residual.js';
import type { PreparedSolve, SolveRequest } from './prepare.js';
import type { SolveSettings } from './settings.js';

/** A reconstructed object, its probe and its positions. */
export interface Reconstruction {
  /** `[H, W]` */
  readonly object: ComplexArray;
  /** 1 where the scan measured the object, `[H * W]`. */
  readonly region: Uint8Array;
  /** Scan coordinates of object pixel (0, 0). */
  readonly origin: { readonly x: number; readonly y: number };
  /** `[N, N]`, or `[modes, N, N]`; the unitary far field of probe times object has the amplitudes of the file. */
  readonly probe: ComplexArray;
  /** Positions of all frames, pixels; as given unless they were refined. */
  readonly positions: { readonly x: Float64Array; readonly y: Float64Array };
  /** sum (s A - X)^2 / sum X^2 of the modelled amplitudes A over all frames, with one best factor s. */
  readonly relativeResidual: number;
  /** That factor. */
  readonly amplitudeScale: number;
  /** Epochs whose objects were averaged; 0 when the last one stands alone. */
  readonly averagedEpochs: number;
  /** What the run started from. */
  readonly objectInit: 'ones' | 'guess' | 'custom';
  readonly noiseModel: 'gaussian' | 'poisson';
  /** What the configuration left open, as it was decided. */
  readonly settings: SolveSettings;
  /** 1 where a detector pixel was left out, `[N * N]`; null when none was. */
  readonly badPixels: Uint8Array | null;
}

/** Illumination below this share of its largest value measures nothing. */
const REGION_THRESHOLD = 0.01;

/** Copies the result out of the engine. */
export async function reconstructionOf(request: SolveRequest, run: PreparedSolve): Promise<Reconstruction> {
  const { kernels, state, canvas } = run;
  const N = request.raw.frameSize;
  const { residual, scale: amplitudeScale } = await finalResidual(run, request);
  const light = await state.illumination.data<'float32'>();
  const largest = light.reduce((most, value) => Math.max(most, value), 0);
  const probe = tidy(() => kernels.multiply(state.probe, kernels.fromReal(checkerboard(N))));
  const { data } = await fromComplexTensor(kernels, probe);
  probe.dispose();
  const scale = N / run.countScale;
  return {
    object: await fromComplexTensor(kernels, state.average ?? state.object),
    region: Uint8Array.from(light, (value) => (value > REGION_THRESHOLD * largest ? 1 : 0)),
    origin: { x: canvas.originX, y: canvas.originY },
    probe: { shape: run.settings.modes === 1 ? [N, N] : [run.settings.modes, N, N], data: data.map((value) => value * scale) },
    positions: { x: state.x.slice(), y: state.y.slice() },
    relativeResidual: residual,
    amplitudeScale,
    averagedEpochs: state.averagedEpochs,
    objectInit: run.objectInit,
    noiseModel: run.settings.noise,
    settings: run.settings,
    badPixels: run.badPixels ?? null,
  };
}
