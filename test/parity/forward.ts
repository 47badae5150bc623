import { amplitude, type ComplexPair, exitWaves, farFieldIntensity, mapPair, predictIntensity, toPair } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import { type ParityCheck, relativeError } from './check.js';
import { complexArray } from './complex-array.js';
import { type Fixture, fixtureSuite } from './fixture.js';

/** Far-field amplitudes of object patches under one probe, zero-padded, and under two modes. */
export const forwardParity = fixtureSuite(['forward.npz'], (fixture) => [
  ...fixture.matching(/^(C\d+)_amp$/).flatMap(([, set = '']) => plainChecks(fixture, set)),
  ...fixture.matching(/^(C\d+)_amp_padTrue$/).map(([, set = '']) => paddedCheck(fixture, set)),
  ...fixture
    .matching(/^(C\d+)_amp_(\d+)modes$/)
    .flatMap(([fault, set = '', modes]) => modeChecks(fixture, { set, modes: `probe_${modes}modes`, fault })),
]);

const pairOf = (fixture: Fixture, name: string): ComplexPair => toPair(complexArray(fixture.read(name)));

function plainChecks(fixture: Fixture, set: string): readonly ParityCheck[] {
  const [patches, probe] = [pairOf(fixture, `${set}_patches`), pairOf(fixture, 'probe')];
  const reference = fixture.read(`${set}_amp`).data;
  const errorOf = (intensity: tf.Tensor): number => relativeError(amplitude(intensity).dataSync(), reference);
  const waves = farFieldIntensity(exitWaves(patches, probe));
  return [
    fixture.check(`${set}: amplitude of patches and probe`, { error: errorOf(predictIntensity(patches, probe)), gate: 1e-5 }),
    fixture.check(`${set}: amplitude of exit waves`, { error: errorOf(waves), gate: 1e-5 }),
  ];
}

/** Exit waves in the middle of a larger square; the fixture keeps the normalisation of the smaller one. */
function paddedCheck(fixture: Fixture, set: string): ParityCheck {
  const expected = fixture.read(`${set}_amp_padTrue`);
  const [count = 0, channels = 0, M = 0] = expected.shape;
  const exit = exitWaves(pairOf(fixture, `${set}_patches`), pairOf(fixture, 'probe'));
  const N = exit.re.shape.at(-1) as number;
  const rim: [number, number] = [(M - N) / 2, (M - N) / 2];
  const padded = mapPair(exit, (part) => tf.pad(tf.slice(part, [0, 0, 0, 0], [count, channels, N, N]), [[0, 0], [0, 0], rim, rim])); // biome-ignore format: one line
  const measured = tf.mul(amplitude(farFieldIntensity(padded)), M / N).dataSync();
  return fixture.check(`${set}: amplitude of exit waves padded to ${M}`, { error: relativeError(measured, expected.data), gate: 1e-5 });
}

/** Modes add in intensity; the fixture adds their fields, which must come out of the sum of the probes and of nothing else. */
function modeChecks(
  fixture: Fixture,
  names: { readonly set: string; readonly modes: string; readonly fault: string },
): readonly ParityCheck[] {
  const { set, modes, fault } = names;
  const [patches, probes] = [pairOf(fixture, `${set}_patches`), pairOf(fixture, modes)];
  const single = tf.unstack(probes.re).map((re, m) => ({ re, im: tf.unstack(probes.im)[m] as tf.Tensor }));
  const intensities = single.map((probe) => predictIntensity(patches, probe));
  const measured = amplitude(predictIntensity(patches, probes));
  const reference = amplitude(tf.addN(intensities)).dataSync();
  const fields = fixture.read(fault);
  const together = amplitude(
    predictIntensity(
      patches,
      mapPair(probes, (part) => tf.sum(part, 0)),
    ),
  ).dataSync();
  const pixels = fields.data.length / ((fields.shape[0] as number) * (fields.shape[1] as number));
  return [
    fixture.check(`${set}: ${modes} add in intensity`, { error: relativeError(measured.dataSync(), reference), gate: 1e-5 }),
    fixture.check(`${set}: ${modes} keep their energy`, { error: energyError(measured, { patches, probes }), gate: 1e-5 }),
    fixture.check(`${set}: sum of ${modes} as one coherent probe`, { error: relativeError(together, fields.data), gate: 1e-5 }),
    fixture.check(`${set}: frames in which ${modes} add like fields`, {
      error: sameFrames(measured.dataSync(), { reference: fields.data, pixels }),
      gate: 0,
    }),
  ];
}

/** Parseval: a frame has the energy of the exit waves of all modes; in double precision from the arrays of the fixture. */
function energyError(measured: tf.Tensor, { patches, probes }: { readonly patches: ComplexPair; readonly probes: ComplexPair }): number {
  const square = (pair: ComplexPair): Float64Array => {
    const im = pair.im.dataSync();
    return Float64Array.from(pair.re.dataSync(), (re, i) => re * re + (im[i] as number) ** 2);
  };
  const [object, light] = [square(patches), square(probes)];
  const pixels = (patches.re.shape.at(-1) as number) ** 2;
  const lit = new Float64Array(pixels);
  light.forEach((value, i) => {
    lit[i % pixels] = (lit[i % pixels] as number) + value;
  });
  const energies = (values: ArrayLike<number>, weightOf: (pixel: number) => number): Float64Array => {
    const sums = new Float64Array(values.length / pixels);
    for (let i = 0; i < values.length; i++) {
      const frame = Math.floor(i / pixels);
      sums[frame] = (sums[frame] as number) + (values[i] as number) * weightOf(i % pixels);
    }
    return sums;
  };
  const frames = Float64Array.from(measured.dataSync(), (value) => value * value);
  return relativeError(
    energies(frames, () => 1),
    energies(object, (pixel) => lit[pixel] as number),
  );
}

function sameFrames(
  measured: Float32Array | Int32Array | Uint8Array,
  { reference, pixels }: { readonly reference: ArrayLike<number>; readonly pixels: number },
): number {
  const all = Float32Array.from(reference);
  let count = 0;
  for (let first = 0; first < all.length; first += pixels) {
    if (relativeError(measured.subarray(first, first + pixels), all.subarray(first, first + pixels)) < 1e-3) count++;
  }
  return count;
}
