import { groupsFromMembers, RawData } from '@ptychokit/memmap-bridge';
import { measureScales } from '@ptychokit/trainer';
import { type ParityCheck, relativeError } from './check.js';
import { complexArray } from './complex-array.js';
import { type Fixture, fixtureSuite } from './fixture.js';

/** The scales between amplitudes, network input and counts, from the amplitudes sqrt(counts) of the fixture. */
export const scalesParity = fixtureSuite(['forward.npz'], async (fixture) => {
  const checks: ParityCheck[] = [];
  for (const [name, set = ''] of fixture.matching(/^(C\d+)_rms_scale_batch_of_obsAmplitude$/)) {
    const { raw } = scanOf(fixture, set);
    const { inputScale } = await measureScales(raw, { nphotons: null });
    checks.push(compare(fixture, { name, measured: [2 * inputScale] })); // N over the rms amplitude, ours has N/2
  }
  for (const [name, set = '', nphotons] of fixture.matching(/^(C\d+)_torch_derive_intensity_scale_nphotons(.+)$/)) {
    const { countScale } = await measureScales(scanOf(fixture, set).raw, { nphotons: Number(nphotons) });
    checks.push(compare(fixture, { name, measured: [countScale] }));
  }
  for (const [name, set = ''] of fixture.matching(/^(C\d+)_tf_normalize_data_X$/)) {
    const { raw, channels } = scanOf(fixture, set);
    const family = await groupsFromMembers(raw, { members: Int32Array.from(raw.xcoords.keys()), channels }).toFamilyDict();
    const first = fixture.read(name).data.length; // of the first groups; the mean is over all
    checks.push(compare(fixture, { name, measured: (family.X_full.data as Float32Array).subarray(0, first) }));
  }
  return checks;
});

const compare = (fixture: Fixture, { name, measured }: { readonly name: string; readonly measured: ArrayLike<number> }): ParityCheck =>
  fixture.check(name, { error: relativeError(measured, fixture.read(name).data), gate: 1e-6 });

function scanOf(fixture: Fixture, set: string): { readonly raw: RawData; readonly channels: number } {
  const { shape, data } = fixture.read(`${set}_obs_intensity`);
  const [batch = 0, channels = 0, frameSize = 0] = shape;
  const nowhere = new Float64Array(batch * channels);
  const diffraction = Float32Array.from(data, Math.sqrt);
  const probeGuess = complexArray(fixture.read('probe'));
  return { raw: RawData.fromArrays({ diffraction, frameSize, xcoords: nowhere, ycoords: nowhere, probeGuess }), channels };
}
