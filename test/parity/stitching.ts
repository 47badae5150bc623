import { addToStitch, type Canvas, emptyStitch } from '@ptychokit/physics';
import { stitchWeightsFor } from '../../packages/trainer/src/inference/stitch-weights.js';
import { finishStitch } from '../../packages/trainer/src/inference/stitched-object.js';
import { complexError, type ParityCheck, relativeError } from './check.js';
import { complexArray } from './complex-array.js';
import { type Fixture, fixtureSuite } from './fixture.js';

/** One object from patches at scattered positions, of which the central m x m pixels count alike. */
export const stitchingParity = fixtureSuite(['reassemble.npz'], (fixture) => {
  const checks: ParityCheck[] = [];
  for (const [name, m] of fixture.matching(/^tf_reassemble_position_M(\d+)$/)) {
    const { sums, canvas } = stitch(fixture, { m: Number(m), even: true });
    const { object } = finishStitch(sums, canvas);
    checks.push(fixture.check(name, { error: complexError(object.data, fixture.read(name).data), gate: 1e-5 }));
  }
  for (const [name, m] of fixture.matching(/^single_sum_middle(\d+)$/)) {
    const { sums } = stitch(fixture, { m: Number(m), even: false });
    const values = sums.filter((_, i) => i % 3 !== 2);
    const weights = sums.filter((_, i) => i % 3 === 2);
    const ones = `single_ones_middle${m}`;
    checks.push(fixture.check(name, { error: complexError(values, fixture.read(name).data), gate: 1e-5 }));
    checks.push(fixture.check(ones, { error: relativeError(weights, fixture.read(ones).data), gate: 1e-5 }));
  }
  return checks;
});

/** Weighted sums on the canvas of the fixture: centred on the mean position, with p pixels beyond the part of the patches that counts. */
function stitch(
  fixture: Fixture,
  { m, even }: { readonly m: number; readonly even: boolean },
): { readonly sums: Float32Array; readonly canvas: Canvas } {
  const patches = fixture.read('stitch_patches');
  const N = patches.shape.at(-1) as number;
  const [x, y] = [centred(fixture.read('stitch_x').data), centred(fixture.read('stitch_y').data)];
  const largest = Math.ceil(Math.max(...[...x, ...y].map(Math.abs)));
  const side = m + 2 * (even ? 2 * Math.ceil(largest / 2) : largest);
  const canvas = { originX: -side / 2, originY: -side / 2, width: side, height: side };
  const sums = emptyStitch(canvas);
  const { data } = complexArray(patches, [x.length, N, N]);
  const weights = stitchWeightsFor(complexArray(fixture.read('probe')), { stitchWeights: 'uniform', stitchSize: m });
  addToStitch(sums, { re: data.filter((_, i) => i % 2 === 0), im: data.filter((_, i) => i % 2 === 1) }, { weights, x, y, canvas });
  return { sums, canvas };
}

function centred(positions: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(positions);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.map((value) => value - mean);
}
