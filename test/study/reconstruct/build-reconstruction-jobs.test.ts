import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadStudyDesign } from '@ptychokit/config';
import {
  buildReconstructionJobs,
  buildTrainingJobs,
  dosePaths,
  filterReconstructionJobs,
  reconstructionLabel,
  viewPaths,
} from '@ptychokit/study';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let root = '';
const roots = () => ({ phaseCRoot: join(root, 'c'), phaseDRoot: join(root, 'd'), artifactRoot: join(root, 'f') });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ptychokit-reconstructions-'));
  const { phaseCRoot, phaseDRoot } = roots();
  for (const dose of [1e3, 1e4, 1e5]) {
    const { patchedTrain, patchedTest } = dosePaths(phaseCRoot, dose);
    const views = ['dense', 'sparse'].flatMap((view) => Object.values(viewPaths(phaseDRoot, { dose, view }).data));
    for (const path of [patchedTrain, patchedTest, ...views]) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, 'not looked into');
    }
  }
});
afterAll(() => rm(root, { recursive: true }));

describe('buildReconstructionJobs', () => {
  it('makes the eighteen jobs of the canonical design, each in its own directory', async () => {
    const { jobs, skipped } = await buildReconstructionJobs(roots());
    expect(skipped).toEqual([]);
    expect(jobs).toHaveLength(18);
    expect(jobs.slice(0, 3).map(reconstructionLabel)).toEqual([
      'baseline/train/dose=1e+03',
      'baseline/test/dose=1e+03',
      'dense/train/dose=1e+03',
    ]);
    expect(jobs[3]).toMatchObject({
      scanPath: join(root, 'd/dose_1000/dense/dense_test.npz'),
      artifactDir: join(root, 'f/dose_1000/dense/test'),
    });
    expect(new Set(jobs.map(({ artifactDir }) => artifactDir)).size).toBe(18);
  });

  it('takes the very scans that the networks are trained and tested on', async () => {
    const { jobs } = await buildReconstructionJobs(roots());
    const { jobs: trainings } = await buildTrainingJobs(roots());
    expect(new Set(jobs.map(({ scanPath }) => scanPath))).toEqual(
      new Set(trainings.flatMap(({ trainDataPath, testDataPath }) => [trainDataPath, testDataPath])),
    );
  });

  it('lets fields of the request win over those of the design', async () => {
    const design = loadStudyDesign({ overrides: { reconstruction: { epochs: 7, engine: 'epie' }, seeds: { grouping: 5 } } });
    const { jobs } = await buildReconstructionJobs({ ...roots(), design, solve: { epochs: 9 } });
    expect(jobs[0]?.solve).toEqual({ seed: 5, engine: 'epie', epochs: 9 });
  });

  it('skips a view without data and says why', async () => {
    const design = loadStudyDesign({ overrides: { views: [{ name: 'baseline' }, { name: 'other', gridsize: 2, overlap: 0.5 }] } });
    const { jobs, skipped } = await buildReconstructionJobs({ ...roots(), design });
    expect(jobs).toHaveLength(6);
    expect(skipped.map(({ dose, view }) => `${dose} ${view}`)).toEqual(['1000 other', '10000 other', '100000 other']);
    expect(skipped[0]?.reason).toMatch(/other_train\.npz does not exist/);
  });
});

describe('filterReconstructionJobs', () => {
  it.each([
    [{ dose: 1e4 }, 6],
    [{ split: 'test' as const }, 9],
    [{ dose: 1e3, view: 'dense', split: 'train' as const }, 1],
  ])('keeps what fits %j', async (filters, count) => {
    expect(filterReconstructionJobs(await buildReconstructionJobs(roots()), filters).jobs).toHaveLength(count);
  });

  it('lists what exists where nothing fits', async () => {
    const all = await buildReconstructionJobs(roots());
    expect(() => filterReconstructionJobs(all, { dose: 7 })).toThrow(/No reconstruction fits dose 7; these exist:\n {2}- baseline\/train/);
  });
});
