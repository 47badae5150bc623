import { ConfigOrderError, LegacyParams, parseTrainingConfig } from '@ptychokit/config';
import { describe, expect, test } from 'vitest';

const config = parseTrainingConfig({
  trainDataFile: 'train.npz',
  testDataFile: 'test.npz',
  outputDir: 'out',
  nGroups: 12,
  nphotons: 1e9,
  model: { N: 128, gridsize: 2, objectMode: 'merged', probeTrainable: true },
});

function bridged(from = config): LegacyParams {
  const params = new LegacyParams();
  params.bridge(from);
  return params;
}

test('The dictionary has exactly the keys of the family', () => {
  expect(bridged().toRecord()).toEqual({
    N: 128,
    gridsize: 2,
    n_filters_scale: 1,
    model_type: 'pinn',
    amp_activation: 'scaled_sigmoid',
    'object.big': true,
    'probe.big': true,
    'probe.mask': false,
    pad_object: true,
    probe_scale: 1,
    gaussian_smoothing_sigma: 0,
    train_data_file_path: 'train.npz',
    test_data_file_path: 'test.npz',
    model_path: null,
    batch_size: 8,
    nepochs: 50,
    mae_weight: null,
    nll_weight: null,
    realspace_mae_weight: 0,
    realspace_weight: 0,
    nphotons: 1e9,
    n_groups: 12,
    n_images: 12,
    n_subsample: null,
    subsample_seed: null,
    neighbor_count: 7,
    'positions.provided': true,
    'probe.trainable': true,
    'intensity_scale.trainable': false,
    intensity_scale: null,
    output_prefix: 'out',
    sequential_sampling: false,
    debug: false,
  });
});

test.each([
  ['merged', true],
  ['single', false],
  ['independent', false],
])('Object mode %s is object.big %s', (objectMode, big) => {
  expect(bridged(parseTrainingConfig({ trainDataFile: 'a', model: { objectMode } })).get('object.big')).toBe(big);
});

describe('Order (CONFIG-001)', () => {
  test.each<[string, (params: LegacyParams) => unknown]>([
    ['get', (params) => params.get('N')],
    ['toRecord', (params) => params.toRecord()],
    ['setIntensityScale', (params) => params.setIntensityScale(1)],
    ['assertBridged', (params) => params.assertBridged(config, 'grouping the scan')],
  ])('%s before the bridge is refused with the remedy', (_, action) => {
    expect(() => action(new LegacyParams())).toThrow(ConfigOrderError);
    expect(() => action(new LegacyParams())).toThrow('fix: call params.bridge(config)');
  });

  test('The configuration that was bridged passes, an equal copy does not', () => {
    const params = bridged();
    expect(params.bridgedFrom).toBe(config);
    params.assertBridged(config, 'grouping the scan');
    expect(() => params.assertBridged({ ...config }, 'building the model')).toThrow(/another configuration.*building the model/);
  });

  test('Bridging again changes nothing; bridging another configuration needs a reset', () => {
    const other = parseTrainingConfig({ trainDataFile: 'other.npz' });
    const params = bridged();
    params.setIntensityScale(2);
    params.bridge(config);
    expect(params.get('intensity_scale')).toBe(2);
    expect(() => params.bridge(other)).toThrow(ConfigOrderError);
    expect(params.bridgedFrom).toBe(config);
    params.reset();
    expect(params.bridgedFrom).toBeUndefined();
    params.bridge(other);
    expect([params.get('train_data_file_path'), params.get('intensity_scale')]).toEqual(['other.npz', null]);
  });
});

test('The record is a copy', () => {
  const params = bridged();
  Object.assign(params.toRecord(), { N: 1 });
  expect(params.get('N')).toBe(128);
});

test('Two dictionaries do not know of each other', () => {
  bridged();
  expect(new LegacyParams().bridgedFrom).toBeUndefined();
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('An intensity scale of %d is refused', (scale) => {
  expect(() => bridged().setIntensityScale(scale)).toThrow(RangeError);
});

test('A key that does not exist is refused, a key of the prototype too', () => {
  expect(() => bridged().get('n_epochs' as 'nepochs')).toThrow(RangeError);
  expect(() => bridged().get('toString' as 'nepochs')).toThrow(RangeError);
});
