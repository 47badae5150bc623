import { extractPatches, fromPairSync, simulateScan, toPair } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import { complexError, relativeError } from './check.js';
import { complexArray } from './complex-array.js';
import { fixtureSuite } from './fixture.js';

/** A simulated scan without noise: patches, intensity scale, amplitudes and counts. */
export const simulatorParity = fixtureSuite(['simulate_noisefree.npz'], async (fixture) => {
  const [object, probe] = [complexArray(fixture.read('object')), complexArray(fixture.read('probe'))];
  const [x, y] = [fixture.read('xcoords').data, fixture.read('ycoords').data];
  const scan = simulateScan({ object, probe, x, y, nphotons: fixture.number('nphotons'), seed: 0, noise: 'none' });
  const patches = tf.tidy(() => fromPairSync(extractPatches(toPair(object), { x, y, size: scan.frameSize })).data);
  const amplitudes = new Float32Array(scan.frameCount * scan.frameSize ** 2);
  await scan.readFrames(
    Int32Array.from({ length: scan.frameCount }, (_, k) => k),
    amplitudes,
  );
  const counts = Float64Array.from(amplitudes, (amplitude) => (scan.intensityScale * amplitude) ** 2);
  const real = (name: string, measured: ArrayLike<number>) =>
    fixture.check(name, { error: relativeError(measured, fixture.read(name).data), gate: 1e-5 });
  return [
    fixture.check('tf_patches', { error: complexError(patches, fixture.read('tf_patches').data), gate: 1e-5 }),
    real('tf_intensity_scale', [scan.intensityScale]),
    real('tf_X', amplitudes),
    real('torch_intensity', counts),
  ];
});
