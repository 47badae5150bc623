import * as study from '@ptychokit/study';
import { expect, test } from 'vitest';

test('The entry point exports these names and no others', () => {
  expect(Object.keys(study).sort()).toMatchInlineSnapshot(`
    [
      "EXIT",
      "InterruptedError",
      "OutputError",
      "RECONSTRUCTION_FILES",
      "RUN_RECORD_NAME",
      "ReproducibilityError",
      "UsageError",
      "amplitudeFigure",
      "configForScan",
      "createStudyContainer",
      "digestFile",
      "fitScan",
      "imageFigure",
      "inferScan",
      "inferenceConfigFor",
      "lossFigure",
      "percentileRange",
      "phaseFigure",
      "planFit",
      "reconstructScan",
      "relativePhase",
      "runCli",
      "runDemo",
      "runServices",
      "simulateScanFile",
      "toPng",
      "writeFileAtomically",
      "writeJsonAtomically",
      "writeReconstruction",
    ]
  `);
});
