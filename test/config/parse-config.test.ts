import {
  ConfigError,
  type Issue,
  parseExecutionConfig,
  parseInferenceConfig,
  parseModelConfig,
  parseStudyDesign,
  parseTrainingConfig,
} from '@ptychokit/config';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const training = (input: Record<string, unknown> = {}) => parseTrainingConfig({ trainDataFile: 'scan.npz', ...input });

function issuesOf(action: () => unknown): readonly Issue[] {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}

const keysOf = (action: () => unknown) => issuesOf(action).map(({ key }) => key);

describe('Defaults', () => {
  test('A training configuration needs nothing but its data', () => {
    expect(training()).toMatchObject({ batchSize: 8, nepochs: 50, neighborCount: 7, seed: 42, schedule: 'cosine', learningRate: 1e-3 });
    expect(training().model).toMatchObject({ N: 64, gridsize: 1, ampActivation: 'scaled_sigmoid', ampMax: 3, objectMode: 'merged' });
  });

  test('A configuration of the machine needs nothing at all', () => {
    expect(parseExecutionConfig({})).toMatchObject({ threads: 0, logger: 'csv', checkpointMonitor: 'val_loss', checkpointMode: 'min' });
  });

  test('Inference needs a model and a scan', () => {
    expect(keysOf(() => parseInferenceConfig({}))).toEqual(['modelPath', 'testDataFile']);
    expect(parseInferenceConfig({ modelPath: 'm', testData: 'scan.npz' })).toMatchObject({
      testDataFile: 'scan.npz',
      stitchWeights: 'probe',
    });
  });

  test('The study design is the canonical one', () => {
    const { doses, views, seeds } = parseStudyDesign({});
    expect(doses).toEqual([1e3, 1e4, 1e5]);
    expect(views.map(({ name, gridsize, overlap }) => [name, gridsize, overlap])).toEqual([
      ['baseline', 1, null],
      ['dense', 2, 0.7],
      ['sparse', 2, 0.2],
    ]);
    expect(seeds).toEqual({ simulation: 42, grouping: 123, subsampling: 456 });
  });
});

describe('Problems', () => {
  test('All of them are reported at once, those inside the model and between fields too', () => {
    const keys = keysOf(() => parseTrainingConfig({ model: { gridsize: 3, ampMax: -1 }, nepochs: 0, batchsize: 4, nllWeight: 0 }));
    expect(keys.sort()).toEqual(['batchsize', 'model.ampMax', 'neighborCount', 'nepochs', 'nllWeight', 'trainDataFile']);
  });

  test('Two violated rules of one object are both reported', () => {
    const views = [{ name: 'a', gridsize: 3 }, { name: 'a' }];
    expect(keysOf(() => parseStudyDesign({ views, doses: [5, 5] }))).toEqual(['neighborCount', 'views', 'doses']);
  });

  test.each([
    [{ batchsize: 1 }, 'batchsize', 'did you mean batchSize?'],
    [{ batch_size: 1 }, 'batch_size', 'did you mean batchSize?'],
    [{ lerningRate: 1 }, 'lerningRate', 'did you mean learningRate?'],
    [{ N: 128 }, 'N', 'did you mean model.N?'],
    [{ probeScal: 4 }, 'probeScal', 'did you mean model.probeScale?'],
    [{ model: { gridSize: 2 } }, 'model.gridSize', 'did you mean model.gridsize?'],
  ])('The unknown field of %j is refused with the name that was meant', (input, key, fix) => {
    expect(issuesOf(() => training(input))).toEqual([expect.objectContaining({ key, fix, expected: 'a known field' })]);
  });

  test('An unknown field like no other is refused with the list of known ones', () => {
    expect(issuesOf(() => training({ xyzzyplugh: 1 }))[0]?.fix).toMatch(/^remove it; known fields are model, trainDataFile/);
  });

  test.each([
    [{ nepochs: 1.5 }, 'integer of at least 1', '1.5'],
    [{ learningRate: Number.NaN }, 'number above 0', 'NaN'],
    [{ learningRate: Number.POSITIVE_INFINITY }, 'number above 0', 'Infinity'],
    [{ validationFraction: 1 }, 'number of at least 0 and below 1', '1'],
    [{ schedule: 'linear' }, "one of 'constant', 'exponential', 'cosine', 'plateau'", "'linear' (string)"],
    [{ nGroups: 0 }, 'integer of at least 1 or null', '0'],
    [{ debug: 'yes' }, 'true or false', "'yes' (string)"],
    [{ model: [] }, 'a mapping of fields', 'a list of 0'],
    [{ trainDataFile: '' }, 'non-empty string', "'' (string)"],
  ])('%j is refused with what was expected and what was got', (input, expected, got) => {
    expect(issuesOf(() => training(input))).toEqual([expect.objectContaining({ expected, got })]);
  });

  test.each([null, undefined, 3, 'text', [1]])('%j is no configuration', (input) => {
    expect(issuesOf(() => parseTrainingConfig(input))).toHaveLength(1);
    expect(issuesOf(() => parseStudyDesign(input))).toHaveLength(1);
  });

  test('A configuration cannot touch the prototype of objects', () => {
    expect(keysOf(() => training(JSON.parse('{"__proto__": {"polluted": 1}}')))).toEqual(['__proto__']);
    expect(keysOf(() => parseModelConfig(JSON.parse('{"__proto__": 1}')))).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('Rules between fields', () => {
  const grouped = (gridsize: number, neighborCount: number) => training({ model: { gridsize }, neighborCount });

  test('Groups need at least gridsize^2 neighbours (OVERSAMPLING-001)', () => {
    expect(grouped(2, 4).neighborCount).toBe(4);
    expect(keysOf(() => grouped(2, 3))).toEqual(['neighborCount']);
    expect(grouped(1, 1).neighborCount).toBe(1);
    expect(issuesOf(() => grouped(3, 7))[0]?.fix).toBe('set neighborCount to 9 or more, or lower model.gridsize');
  });

  test('The same holds for the views of a study', () => {
    expect(parseStudyDesign({ neighborCount: 4 }).neighborCount).toBe(4);
    expect(keysOf(() => parseStudyDesign({ neighborCount: 3 }))).toEqual(['neighborCount']);
  });

  test.each(['nllWeight', 'maeWeight', 'realspaceMaeWeight'])('%s alone can train', (name) => {
    expect(training({ nllWeight: 0, [name]: 0.5 })).toHaveProperty(name, 0.5);
  });

  test('No data term cannot train, except for the supervised variant', () => {
    expect(keysOf(() => training({ nllWeight: 0, realspaceWeight: 1 }))).toEqual(['nllWeight']);
    expect(training({ nllWeight: 0, model: { modelType: 'supervised' } }).nllWeight).toBe(0);
  });

  test.each(['probeTrainable', 'intensityScaleTrainable'])('The supervised variant has no use for %s', (name) => {
    expect(keysOf(() => training({ model: { modelType: 'supervised', [name]: true } }))).toEqual([`model.${name}`]);
  });

  test('The learning rate cannot rise for longer than the run', () => {
    expect(training({ nepochs: 3, warmupEpochs: 3 }).warmupEpochs).toBe(3);
    expect(keysOf(() => training({ nepochs: 3, warmupEpochs: 4 }))).toEqual(['warmupEpochs']);
  });
});

describe('Other names', () => {
  test.each([
    [{ maxEpochs: 3 }, { nepochs: 3 }],
    [{ nImages: 9 }, { nGroups: 9 }],
    [{ neighbourCount: 5 }, { neighborCount: 5 }],
    [{ scheduler: 'plateau' }, { schedule: 'plateau' }],
    [{ maxEpochs: 3, nepochs: 3 }, { nepochs: 3 }],
    [{ model: { objectBig: true } }, { model: { objectMode: 'merged' } }],
    [{ model: { objectBig: false } }, { model: { objectMode: 'single' } }],
  ])('%j becomes %j', (input, expected) => {
    const config = training(input);
    expect(config).toMatchObject(expected);
    expect(Object.keys(config)).toEqual(Object.keys(training()));
    expect(Object.keys(config.model)).toEqual(Object.keys(training().model));
  });

  test('Two names with different values are a conflict', () => {
    expect(issuesOf(() => training({ maxEpochs: 3, nepochs: 4 }))).toEqual([
      { key: 'maxEpochs', expected: 'agreement with nepochs = 4, of which it is another name', got: '3', fix: 'give only nepochs' },
    ]);
    expect(keysOf(() => parseModelConfig({ objectBig: true, objectMode: 'independent' }))).toEqual(['objectBig']);
  });

  test('An alias is checked for its own type', () => {
    expect(issuesOf(() => training({ model: { objectBig: 'yes' } }))).toEqual([
      { key: 'model.objectBig', expected: 'true or false', got: 'yes', fix: 'or set model.objectMode instead' },
    ]);
  });
});

describe('The result', () => {
  test('It is frozen to the bottom and shares nothing with the input', () => {
    const input = { trainDataFile: 'scan.npz', model: { N: 128 } };
    const config = parseTrainingConfig(input);
    expect(() => Object.assign(config.model, { N: 64 })).toThrow(TypeError);
    expect(() => Object.assign(config, { seed: 1 })).toThrow(TypeError);
    input.model.N = 64;
    expect(config.model.N).toBe(128);
    const design = parseStudyDesign({});
    expect(() => (design.doses as number[]).push(1)).toThrow(TypeError);
    expect(() => Object.assign(design.views[0] as object, { name: 'x' })).toThrow(TypeError);
  });

  test('It comes back unchanged through JSON', () => {
    const positive = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
    const count = fc.integer({ min: 1, max: 1e6 });
    const input = fc.record(
      {
        model: fc.record(
          {
            N: fc.constantFrom(64, 128, 256),
            gridsize: fc.integer({ min: 1, max: 4 }),
            objectMode: fc.constantFrom('merged', 'single', 'independent'),
            ampMax: positive,
            probeScale: positive,
            attention: fc.constantFrom('none', 'cbam'),
          },
          { requiredKeys: [] },
        ),
        nphotons: fc.option(positive),
        nGroups: fc.option(count),
        neighborCount: fc.integer({ min: 16, max: 99 }),
        seed: fc.integer(),
        learningRate: positive,
        testDataFile: fc.option(fc.string({ minLength: 1 })),
        debug: fc.boolean(),
      },
      { requiredKeys: ['neighborCount'] },
    );
    fc.assert(
      fc.property(input, (values) => {
        const config = training(values);
        expect(parseTrainingConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
