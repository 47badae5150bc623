import * as config from '@ptychokit/config';
import * as di from '@ptychokit/config/di';
import * as zod from '@ptychokit/config/zod';
import { expect, test } from 'vitest';

test('The main entry point exports these names and no others', () => {
  expect(Object.keys(config).sort()).toMatchInlineSnapshot(`
    [
      "CLOCK",
      "ConfigError",
      "ConfigFileError",
      "ConfigOrderError",
      "LEGACY_PARAMS",
      "LegacyParams",
      "PtychoError",
      "Random",
      "canonicalJson",
      "closestName",
      "complexAbs",
      "complexPhase",
      "complexZeros",
      "configDigest",
      "configText",
      "deepFreeze",
      "describeFields",
      "executionConfigSchema",
      "formatIssues",
      "inferenceConfigSchema",
      "isPtychoError",
      "loadExecutionConfig",
      "loadInferenceConfig",
      "loadSolveConfig",
      "loadStudyDesign",
      "loadTrainingConfig",
      "modelConfigSchema",
      "newContainer",
      "parseExecutionConfig",
      "parseInferenceConfig",
      "parseModelConfig",
      "parseSolveConfig",
      "parseStudyDesign",
      "parseTrainingConfig",
      "registerConfig",
      "solveConfigSchema",
      "studyDesignSchema",
      "systemClock",
      "toJsonSchema",
      "token",
      "trainingConfigSchema",
    ]
  `);
});

test('The container is reached through a path of its own, because loading it has a side effect', () => {
  expect(Object.keys(di).sort()).toMatchInlineSnapshot(`
    [
      "Lifecycle",
      "globalContainer",
      "inject",
      "injectable",
      "instanceCachingFactory",
    ]
  `);
});

test('The shared names of zod are these', () => {
  expect(Object.keys(zod).sort()).toMatchInlineSnapshot(`
    [
      "ZodError",
      "array",
      "boolean",
      "enum",
      "int",
      "iso",
      "lazyShape",
      "literal",
      "number",
      "record",
      "strictObject",
      "string",
      "toJSONSchema",
      "tuple",
      "unknown",
    ]
  `);
});
