import {
  type ComplexPair,
  centreWeights,
  exchangePatches,
  extractFromMerged,
  fromPairSync,
  mapPair,
  mergePatches,
  probeWeights,
  toPair,
} from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import { complexError, mismatches, type ParityCheck } from './check.js';
import { complexArray } from './complex-array.js';
import { type Fixture, fixtureSuite } from './fixture.js';

/** Merging the patches of a group and cutting them back out, with central weights and with those of a probe. */
export const mergeParity = fixtureSuite(['reassemble.npz'], (fixture) => {
  const patches = toPair(complexArray(fixture.read('patches')));
  const geometry = { offsets: fixture.read('true_relative_xy').data, size: fixture.number('M') };
  return [...centreChecks(fixture, patches, geometry), probeCheck(fixture, patches, geometry)];
});

/** Positions of the members relative to their centres, and the side of the merged region. */
interface Geometry {
  readonly offsets: ArrayLike<number>;
  readonly size: number;
}

function centreChecks(fixture: Fixture, patches: ComplexPair, geometry: Geometry): readonly ParityCheck[] {
  const N = patches.re.shape.at(-1) as number;
  const weights = centreWeights(N);
  const merged = mergePatches(patches, { ...geometry, weights });
  const ones = mapPair(patches, (part) => tf.onesLike(part));
  const covered = tf.greater(mergePatches(ones, { ...geometry, weights }).re, 0).dataSync();
  const compare = (quantity: string, name: string, measured: ComplexPair): ParityCheck =>
    fixture.check(quantity, { error: complexError(fromPairSync(measured).data, fixture.read(name).data), gate: 1e-5 });
  return [
    compare('merged, central weights', 'merged', merged),
    fixture.check('mask: pixels merged on one side only', {
      error: mismatches(covered, Array.from(fixture.read('mask').data, Number)),
      gate: 0,
    }),
    compare('extracted from the merged object', 'extracted', extractFromMerged(merged, { offsets: geometry.offsets, size: N })),
    compare('extracted, in one step', 'extracted', exchangePatches(patches, { mode: 'merged', ...geometry, weights })),
  ];
}

/** The fixture holds the first groups only. */
function probeCheck(fixture: Fixture, patches: ComplexPair, geometry: Geometry): ParityCheck {
  const expected = fixture.read('merged_probe');
  const weights = probeWeights(toPair(complexArray(fixture.read('probe'))));
  const merged = mergePatches(patches, { ...geometry, weights, divisorOffset: 0 });
  const measured = fromPairSync(merged).data.subarray(0, expected.data.length);
  return fixture.check('merged_probe, weights of the probe', { error: complexError(measured, expected.data), gate: 1e-5 });
}
