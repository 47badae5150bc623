import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadStudyDesign } from '@ptychokit/config';
import { writeNpz } from '@ptychokit/memmap-bridge';
import { buildTrainingJobs, dosePaths, filterJobs, jobConfig, jobLabel, viewPaths } from '@ptychokit/study';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let root = '';
const roots = () => ({ phaseCRoot: join(root, 'c'), phaseDRoot: join(root, 'd'), artifactRoot: join(root, 'e') });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ptychokit-jobs-'));
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

describe('buildTrainingJobs', () => {
  it('makes the nine jobs of the canonical design, each with its data and its own directory', async () => {
    const { jobs, skipped } = await buildTrainingJobs(roots());
    expect(jobs.map((job) => `${jobLabel(job)} gs${job.gridsize}`)).toEqual([
      'baseline/dose=1e+03 gs1',
      'dense/dose=1e+03 gs2',
      'sparse/dose=1e+03 gs2',
      'baseline/dose=1e+04 gs1',
      'dense/dose=1e+04 gs2',
      'sparse/dose=1e+04 gs2',
      'baseline/dose=1e+05 gs1',
      'dense/dose=1e+05 gs2',
      'sparse/dose=1e+05 gs2',
    ]);
    expect(skipped).toEqual([]);
    expect(jobs[0]).toMatchObject({
      trainDataPath: join(root, 'c/dose_1000/patched_train.npz'),
      testDataPath: join(root, 'c/dose_1000/patched_test.npz'),
    });
    expect(jobs[1]).toMatchObject({
      trainDataPath: join(root, 'd/dose_1000/dense/dense_train.npz'),
      artifactDir: join(root, 'e/dose_1000/dense/gs2'),
      logPath: join(root, 'e/dose_1000/dense/gs2/train.log'),
    });
    expect(new Set(jobs.map(({ artifactDir }) => artifactDir)).size).toBe(9);
  });

  it('puts a supervised network beside each of them where both are asked for', async () => {
    const { jobs } = await buildTrainingJobs({ ...roots(), models: 'both', training: { 'model.probeTrainable': true } });
    expect(jobs).toHaveLength(18);
    expect(jobLabel(jobs[10] as never)).toBe('dense/dose=1e+03/supervised');
    expect(jobs[10]).toMatchObject({ model: 'supervised', artifactDir: join(root, 'e/dose_1000/dense/gs2_supervised') });
    expect(jobConfig(jobs[1] as never).model).toMatchObject({ modelType: 'pinn', probeTrainable: true });
    expect(jobConfig(jobs[10] as never).model).toMatchObject({ modelType: 'supervised', probeTrainable: false });
    expect(new Set(jobs.map(({ artifactDir }) => artifactDir)).size).toBe(18);
  });

  it('gives every job the seeds and the neighbour count of the design, which given fields win over', async () => {
    const design = loadStudyDesign({ overrides: { neighborCount: 9, seeds: { grouping: 5, subsampling: 6 } } });
    const { jobs } = await buildTrainingJobs({ ...roots(), design, training: { nepochs: 3, neighborCount: 8 } });
    expect(jobConfig(jobs[1] as never)).toMatchObject({
      seed: 5,
      subsampleSeed: 6,
      neighborCount: 8,
      nepochs: 3,
      nphotons: 1e3,
      model: { gridsize: 2, N: 64 },
    });
  });

  it('takes the size of the frames from the data', async () => {
    const { patchedTrain } = dosePaths(join(root, 'c128'), 1e3);
    await mkdir(dirname(patchedTrain), { recursive: true });
    await writeNpz(patchedTrain, { diffraction: { type: 'float32', shape: [1, 128, 128], data: new Float32Array(128 * 128) } });
    await writeFile(dosePaths(join(root, 'c128'), 1e3).patchedTest, '');
    const { jobs } = await buildTrainingJobs({ ...roots(), phaseCRoot: join(root, 'c128') });
    expect(jobConfig(jobs[0] as never).model.N).toBe(128);
  });

  it('groups the images as the view says', async () => {
    const views = [
      { name: 'dense', gridsize: 2 },
      { name: 'sparse', gridsize: 2, groupLayout: 'blocks' },
    ];
    const { jobs } = await buildTrainingJobs({ ...roots(), design: loadStudyDesign({ overrides: { views } }) });
    expect(jobs.slice(0, 2).map((job) => [job.view, jobConfig(job).model.groupLayout])).toEqual([
      ['dense', 'neighbours'],
      ['sparse', 'blocks'],
    ]);
  });

  it('leaves out a view whose data is not there, with the reason', async () => {
    const design = loadStudyDesign({
      overrides: {
        views: [
          { name: 'dense', gridsize: 2, overlap: 0.7 },
          { name: 'lost', overlap: 0.5 },
        ],
      },
    });
    const { jobs, skipped } = await buildTrainingJobs({ ...roots(), design });
    expect(jobs).toHaveLength(3);
    expect(skipped[0]).toEqual({ dose: 1e3, view: 'lost', reason: expect.stringMatching(/lost_train\.npz does not exist/) });
  });
});

describe('filterJobs', () => {
  it.each([
    [{}, 9],
    [{ dose: 1e3 }, 3],
    [{ view: 'dense' }, 3],
    [{ gridsize: 2 }, 6],
    [{ dose: 1e4, view: 'sparse', gridsize: 2 }, 1],
  ])('of %o leaves %i jobs', async (filters, count) => {
    expect(filterJobs(await buildTrainingJobs(roots()), filters).jobs).toHaveLength(count);
  });

  it.each([{ dose: 123 }, { view: 'dense', gridsize: 1 }, { view: 'nowhere' }])(
    'of %o says that nothing fits and lists what exists',
    async (filters) => {
      const all = await buildTrainingJobs(roots());
      expect(() => filterJobs(all, filters)).toThrow(
        expect.objectContaining({
          code: 'USAGE',
          message: expect.stringMatching(/No job fits .*these exist:[\s\S]*dose 1000 \(1e\+03\), view baseline, gridsize 1/),
        }),
      );
    },
  );
});
