import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadExecutionConfig } from '@ptychokit/config';
import { dosePaths, type TrainingJob, trainingPaths, viewPaths } from '@ptychokit/study';
import { writeTinyScan } from './tiny-scan.js';

/** Roots of a study on disk. */
export interface TinyStudy {
  readonly phaseCRoot: string;
  readonly phaseDRoot: string;
  readonly artifactRoot: string;
}

/** What phases C and D leave, on the smallest scale: one scan stands for every dose, view and split. */
export async function writeTinyStudy(
  root: string,
  {
    doses = [1e3, 1e4, 1e5],
    views = ['dense', 'sparse'],
    frames = 12,
  }: { doses?: readonly number[]; views?: readonly string[]; frames?: number } = {},
): Promise<TinyStudy> {
  const scan = await writeTinyScan(join(root, 'scan.npz'), { frames });
  const roots = { phaseCRoot: join(root, 'c'), phaseDRoot: join(root, 'd'), artifactRoot: join(root, 'e') };
  for (const dose of doses) {
    const { patchedTrain, patchedTest } = dosePaths(roots.phaseCRoot, dose);
    const ofViews = views.flatMap((view) => Object.values(viewPaths(roots.phaseDRoot, { dose, view }).data));
    for (const path of [patchedTrain, patchedTest, ...ofViews]) {
      await mkdir(dirname(path), { recursive: true });
      await copyFile(scan, path);
    }
  }
  return roots;
}

/** Trains a tiny job in about a second. */
export const TINY_TRAINING = { nepochs: 1, batchSize: 4, 'model.nFiltersScale': 1 } as const;

/** A job on a scan that stands for both splits. */
export function tinyJob(root: string, scan: string, changes: Partial<TrainingJob> = {}): TrainingJob {
  const { dir, log } = trainingPaths(root, { dose: 1e3, view: 'baseline', gridsize: 1, ...changes });
  return {
    ...{ dose: 1e3, view: 'baseline', gridsize: 1 },
    trainDataPath: scan,
    testDataPath: scan,
    artifactDir: dir,
    logPath: log,
    training: TINY_TRAINING,
    execution: loadExecutionConfig({ overrides: { deterministic: true } }),
    ...changes,
  };
}
