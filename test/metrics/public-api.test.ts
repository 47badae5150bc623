import { readFileSync } from 'node:fs';
import * as metrics from '@ptychokit/metrics';
import { expect, test } from 'vitest';

test('The entry point exports these names and no others', () => {
  expect(Object.keys(metrics).sort()).toMatchInlineSnapshot(`
    [
      "MS_SSIM_WEIGHTS",
      "NonFiniteImageError",
      "align",
      "amplitudeOf",
      "boundingBox",
      "boxRegion",
      "discOverlap",
      "erode",
      "familyScore",
      "frc",
      "frcCrossing",
      "frcThresholdAt",
      "illuminationOf",
      "largestBox",
      "mae",
      "msSsim",
      "mse",
      "overlapMetrics",
      "phaseOf",
      "pixelsIn",
      "pointGrid",
      "psnr",
      "score",
      "scoreRegion",
      "shiftImage",
      "ssim",
      "twinOf",
      "wrappedPhaseDifference",
    ]
  `);
});

test('The package depends on nothing', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../packages/metrics/package.json', import.meta.url), 'utf8'));
  expect(manifest.dependencies ?? {}).toEqual({});
});
