import {
  describeFields,
  executionConfigSchema,
  inferenceConfigSchema,
  modelConfigSchema,
  parseTrainingConfig,
  studyDesignSchema,
  toJsonSchema,
  trainingConfigSchema,
} from '@ptychokit/config';
import { describe, expect, test } from 'vitest';

const schemas = { modelConfigSchema, trainingConfigSchema, inferenceConfigSchema, executionConfigSchema, studyDesignSchema };

describe.each(Object.entries(schemas))('%s', (_, schema) => {
  test('Every field has one sentence', () => {
    for (const { path, doc } of describeFields(schema)) expect(doc, path).toMatch(/^[A-Z].*\.$/);
  });

  test('Its JSON Schema describes every field and refuses others', () => {
    const text = JSON.stringify(toJsonSchema(schema));
    for (const { doc, path } of describeFields(schema)) expect(text, path).toContain(doc);
    expect(toJsonSchema(schema).additionalProperties).toBe(false);
  });
});

const field = (path: string) => describeFields(trainingConfigSchema).find((entry) => entry.path === path);

test('A field is described with type, default, unit, flat key and other names', () => {
  expect(field('nepochs')).toEqual({
    path: 'nepochs',
    type: 'integer of at least 1',
    default: 50,
    unit: 'epochs',
    doc: 'Passes over the training data.',
    flatKey: 'nepochs',
    choices: undefined,
    cli: true,
    aliases: ['maxEpochs'],
  });
  expect(field('model.objectMode')).toMatchObject({ choices: ['merged', 'single', 'independent'], flatKey: 'object.big' });
  expect(field('trainDataFile')?.default).toBeUndefined();
});

test('The described defaults are those of a configuration', () => {
  const config = parseTrainingConfig({ trainDataFile: 'a' });
  for (const { path, default: value } of describeFields(trainingConfigSchema)) {
    if (path === 'trainDataFile') continue;
    const [first, second] = path.split('.') as [keyof typeof config, string | undefined];
    const actual = second === undefined ? config[first] : Reflect.get(config.model, second);
    expect(actual, path).toEqual(value);
  }
});

test('Execution settings have no flat key (CONFIG-002)', () => {
  expect(describeFields(executionConfigSchema).filter(({ flatKey }) => flatKey !== null)).toEqual([]);
});

test('Fields inside a list are described too', () => {
  expect(describeFields(studyDesignSchema).map(({ path }) => path)).toContain('views[].overlap');
});
