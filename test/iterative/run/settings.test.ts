import { parseSolveConfig } from '@ptychokit/config';
import { describe, expect, it } from 'vitest';
import { solveSettings } from '../../../packages/iterative/src/run/settings.js';

const settingsAt = (countsPerPixel: number, fields: Readonly<Record<string, unknown>> = {}, frames = 441) =>
  solveSettings(parseSolveConfig({ scanFile: 'scan.npz', ...fields }), { countsPerPixel, modes: 1, frames });

describe('solveSettings', () => {
  it.each([
    { counts: 0.5, noise: 'poisson', batchSize: 96, objectStep: 1, probeStep: 1 },
    { counts: 99, noise: 'gaussian', batchSize: 96, objectStep: 1, probeStep: 1 },
    { counts: 100, noise: 'gaussian', batchSize: 16, objectStep: 1, probeStep: 1 },
    { counts: 1e4, noise: 'gaussian', batchSize: 8, objectStep: 1.5, probeStep: 2 },
  ])('goes on with LSQ-ML at $counts counts per pixel as they allow', ({ counts, ...expected }) => {
    expect(settingsAt(counts, { engine: 'lsqml' })).toMatchObject(expected);
  });

  it('leaves ePIE and rPIE as they are at any dose', () => {
    for (const engine of ['epie', 'rpie']) {
      expect(settingsAt(1e6, { engine })).toMatchObject({ batchSize: 16, objectStep: 1, probeStep: 1, smoothness: 0 });
    }
  });

  it('takes what the configuration says, and no batch larger than the scan', () => {
    const fields = { engine: 'lsqml', probeStep: 0.5, objectStep: 0.7, noiseModel: 'poisson' };
    expect(settingsAt(1e5, fields, 5)).toMatchObject({ noise: 'poisson', batchSize: 5, objectStep: 0.7, probeStep: 0.5 });
  });
});
