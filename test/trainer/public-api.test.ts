import * as trainer from '@ptychokit/trainer';
import { expect, it } from 'vitest';

it('The main entry point exports these names and no others', () => {
  expect(Object.keys(trainer).sort()).toMatchInlineSnapshot(`
    [
      "BRIGHT_FRAME",
      "BUNDLE_NAME",
      "BUNDLE_WRITER",
      "BackendError",
      "BundleError",
      "CheckpointError",
      "DivergenceError",
      "EngineSettingsError",
      "LADDER_SIZES",
      "ModelDataError",
      "Profiler",
      "TRAINER",
      "WeightImportError",
      "benchmarkEngine",
      "buildModel",
      "bundleBytes",
      "createLogger",
      "diagnose",
      "engineCacheFolder",
      "engineTrainer",
      "formatDiagnosis",
      "formatProfile",
      "importWeights",
      "inferObject",
      "loadBundle",
      "loadEngine",
      "locateEngine",
      "lossWeights",
      "measureScales",
      "parseBundle",
      "portableConfig",
      "registerTrainer",
      "train",
      "trainWith",
      "writeBundle",
    ]
  `);
});
