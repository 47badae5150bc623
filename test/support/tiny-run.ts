import '@tensorflow/tfjs-node';
import { type ComplexArray, Random } from '@ptychokit/config';
import { extractPatches, type PatchSource, RawData } from '@ptychokit/memmap-bridge';
import { amplitude, disposePair, predictIntensity, toPair } from '@ptychokit/physics';
import { type TrainEvent, type TrainOutcome, type TrainRequest, train } from '@ptychokit/trainer';
import { tidy } from '@tensorflow/tfjs-core';
import { bridged, tinyConfig, tinyExecution } from './tiny-config.js';

/** A seeded scan that trains in a second. */
export interface TinyScanOptions {
  /** A square number; default 16. */
  readonly frames?: number;
  readonly seed?: number;
  readonly N?: 64 | 128 | 256;
  /** Mean counts per frame; amplitudes are their square roots, without noise. Default 1e5. */
  readonly photons?: number;
  /** Incoherent probe modes; default 1, then the probe is `[N, N]`. */
  readonly modes?: number;
  /** Amplitude 1 and phase 0 everywhere instead of a random object. */
  readonly flat?: boolean;
  /** Carry the true patches along. */
  readonly withTruth?: boolean;
  /** Pixels between neighbouring positions; default 6. */
  readonly pitchPx?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Exit waves of a smooth random object on a jittered raster, propagated: a scan that obeys the physics of the model. */
export function tinyScan(options: TinyScanOptions = {}): RawData {
  const { frames = 16, seed = 1, N = 64, photons = 1e5, pitchPx = 6, metadata } = options;
  const positions = jitteredRaster(frames, { random: new Random(seed, 'positions'), pitchPx, first: N / 2 + 1 });
  const side = N + Math.ceil(Math.sqrt(frames)) * pitchPx + 2;
  const object = options.flat === true ? flatObject(side) : smoothObject(side, new Random(seed, 'object'));
  const patches = extractPatches(object, { xs: positions.x, ys: positions.y, size: N });
  const probe = tinyProbe(N, options.modes ?? 1);
  const [waves, light] = [toPair(patches), toPair(probe)];
  const modelled = tidy(() => amplitude(predictIntensity(waves, light)).dataSync<'float32'>());
  disposePair(waves, light);
  const power = modelled.reduce((sum, value) => sum + value * value, 0) / frames;
  const scale = Math.sqrt(photons / power);
  return RawData.fromArrays({
    diffraction: modelled.map((value) => value * scale),
    frameSize: N,
    xcoords: positions.x,
    ycoords: positions.y,
    probeGuess: probe,
    ...(options.withTruth === true ? { truthPatches: patchSource(patches) } : {}),
    ...(metadata === undefined ? {} : { metadata }),
    source: `tiny scan ${seed}`,
  });
}

function jitteredRaster(
  count: number,
  { random, pitchPx, first }: { readonly random: Random; readonly pitchPx: number; readonly first: number },
): { readonly x: Float64Array; readonly y: Float64Array } {
  const side = Math.ceil(Math.sqrt(count));
  const place = (index: number): number => first + pitchPx * index + 2 * (random.uniform() - 0.5);
  return {
    x: Float64Array.from({ length: count }, (_, k) => place(k % side)),
    y: Float64Array.from({ length: count }, (_, k) => place(Math.floor(k / side))),
  };
}

const flatObject = (side: number): ComplexArray => ({
  shape: [side, side],
  data: Float32Array.from({ length: 2 * side * side }, (_, i) => (i % 2 === 0 ? 1 : 0)),
});

/** Amplitude about 1, phase within a radian or so; waves of 10 to 40 pixels. */
function smoothObject(side: number, random: Random): ComplexArray {
  const waves = Array.from({ length: 12 }, () => {
    const frequency = (2 * Math.PI) / (10 + 30 * random.uniform());
    const direction = 2 * Math.PI * random.uniform();
    return { kx: frequency * Math.cos(direction), ky: frequency * Math.sin(direction), phase: 2 * Math.PI * random.uniform() };
  });
  const field = (half: readonly (typeof waves)[number][], x: number, y: number): number =>
    half.reduce((sum, { kx, ky, phase }) => sum + Math.cos(kx * x + ky * y + phase), 0) / half.length;
  const data = new Float32Array(2 * side * side);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    const modulus = 1 + 0.5 * field(waves.slice(0, 6), x, y);
    const angle = 1.5 * field(waves.slice(6), x, y);
    data.set([modulus * Math.cos(angle), modulus * Math.sin(angle)], 2 * i);
  }
  return { shape: [side, side], data };
}

/** Curved Gaussian wave, the higher modes weaker and off centre; scaled to nothing in particular. */
function tinyProbe(N: number, modes: number): ComplexArray {
  const sigma = N / 6;
  const data = new Float32Array(2 * modes * N * N);
  for (let i = 0; i < modes * N * N; i++) {
    const mode = Math.floor(i / (N * N));
    const x = (i % N) - N / 2 - 4 * mode;
    const y = (Math.floor(i / N) % N) - N / 2;
    const modulus = (0.7 / (1 + mode)) * Math.exp(-(x * x + y * y) / (2 * sigma * sigma));
    const angle = (x * x + y * y) / (sigma * sigma);
    data.set([modulus * Math.cos(angle), modulus * Math.sin(angle)], 2 * i);
  }
  return { shape: modes === 1 ? [N, N] : [modes, N, N], data };
}

function patchSource({ shape, data }: ComplexArray): PatchSource {
  const [patchCount, patchSize] = shape as [number, number];
  const length = 2 * patchSize * patchSize;
  return {
    patchCount,
    patchSize,
    readPatches: async (indices, into) => {
      for (let k = 0; k < indices.length; k++) {
        const start = (indices[k] as number) * length;
        into.set(data.subarray(start, start + length), k * length);
      }
    },
    close: async () => undefined,
  };
}

/** A training run and everything it said. */
export interface TinyRun {
  readonly events: readonly TrainEvent[];
  readonly outcome: TrainOutcome;
}

/** What may be different from {@link tinyScan}, {@link tinyConfig} and {@link tinyExecution}. */
export interface TinyRunOptions extends Partial<Omit<TrainRequest, 'config' | 'execution' | 'params'>> {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly execution?: Readonly<Record<string, unknown>>;
  readonly onEvent?: (event: TrainEvent) => void;
}

/** Trains to the end. */
export async function tinyRun({ config, execution, onEvent, ...rest }: TinyRunOptions = {}): Promise<TinyRun> {
  const full = tinyConfig(config);
  const run = train({ train: rest.train ?? tinyScan(), ...rest, config: full, execution: tinyExecution(execution), params: bridged(full) });
  const events: TrainEvent[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done === true) return { events, outcome: next.value };
    events.push(next.value);
    onEvent?.(next.value);
  }
}

/** True when two sets of arrays have the same names and the same bits. */
export function sameValues(a: ReadonlyMap<string, Float32Array>, b: ReadonlyMap<string, Float32Array>): boolean {
  const bytes = (values: Float32Array | undefined): Buffer =>
    values === undefined ? Buffer.alloc(0) : Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return a.size === b.size && [...a].every(([name, values]) => bytes(values).equals(bytes(b.get(name))));
}

/** The events of one type. */
export const eventsOf = <T extends TrainEvent['type']>(run: TinyRun, type: T): readonly Extract<TrainEvent, { type: T }>[] =>
  run.events.filter((event): event is Extract<TrainEvent, { type: T }> => event.type === type);
