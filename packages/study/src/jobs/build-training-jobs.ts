import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExecutionConfig, loadStudyDesign, type StudyDesign, type StudyView } from '@ptychokit/config';
import { NpzFile } from '@ptychokit/memmap-bridge';
import { readManifest } from '../manifests/manifest-file.js';
import { METRICS_BUNDLE_NAME, metricsBundleKind } from '../manifests/metrics-bundle.js';
import type { SkippedView } from '../manifests/skip-summary.js';
import { doseOfDirName, dosePaths, trainingPaths, viewPaths } from '../study-layout.js';
import type { TrainingJob } from './training-job.js';

/** What to make jobs of. */
export interface BuildTrainingJobsRequest {
  readonly phaseCRoot: string;
  readonly phaseDRoot: string;
  readonly artifactRoot: string;
  /** Views, and fields of the training; default: the canonical design. Doses are those that phase C has written. */
  readonly design?: StudyDesign | undefined;
  /** Fields of the training configuration that win over the design, with dotted keys. */
  readonly training?: Readonly<Record<string, unknown>> | undefined;
  readonly execution?: ExecutionConfig | undefined;
  readonly pictures?: boolean | undefined;
  /** Starts jobs anew whose checkpoint is of another configuration or of other data; such a job fails otherwise. */
  readonly replaceCheckpoints?: boolean | undefined;
}

/** The job matrix, and what had to be left out of it. */
export interface TrainingJobs {
  readonly jobs: readonly TrainingJob[];
  readonly skipped: readonly SkippedView[];
}

/**
 * The matrix of training jobs: every dose that phase C wrote by every view of the design, in that order. A view whose data is not there
 * is skipped with the reason.
 */
export async function buildTrainingJobs(request: BuildTrainingJobsRequest): Promise<TrainingJobs> {
  const design = request.design ?? loadStudyDesign();
  const reasons = await skipReasons(request.phaseDRoot);
  const jobs: TrainingJob[] = [];
  const skipped: SkippedView[] = [];
  for (const dose of await dosesOf(request.phaseCRoot, design)) {
    for (const view of design.views) {
      const data = dataOf(request, { dose, view });
      const missing = [data.train, data.test].find((path) => !existsSync(path));
      if (missing === undefined) jobs.push(await jobOf({ ...request, design }, { dose, view, data }));
      else skipped.push({ dose, view: view.name, reason: reasons.get(`${dose} ${view.name}`) ?? `no data: ${missing} does not exist` });
    }
  }
  return { jobs, skipped };
}

/** A view that keeps every position of phase C is trained on the files of phase C themselves. */
const keepsAll = ({ overlap, sImg }: StudyView): boolean => overlap === null && sImg === null;

interface Place {
  readonly dose: number;
  readonly view: StudyView;
}

function dataOf({ phaseCRoot, phaseDRoot }: BuildTrainingJobsRequest, { dose, view }: Place): { train: string; test: string } {
  if (!keepsAll(view)) return viewPaths(phaseDRoot, { dose, view: view.name }).data;
  const { patchedTrain, patchedTest } = dosePaths(phaseCRoot, dose);
  return { train: patchedTrain, test: patchedTest };
}

async function jobOf(
  request: BuildTrainingJobsRequest & { readonly design: StudyDesign },
  { dose, view, data }: Place & { readonly data: { readonly train: string; readonly test: string } },
): Promise<TrainingJob> {
  const { design, artifactRoot, training, execution, pictures, replaceCheckpoints } = request;
  const { dir, log } = trainingPaths(artifactRoot, { dose, view: view.name, gridsize: view.gridsize });
  const N = await frameSizeOf(data.train);
  return {
    ...{ dose, view: view.name, gridsize: view.gridsize },
    trainDataPath: data.train,
    testDataPath: data.test,
    artifactDir: dir,
    logPath: log,
    training: { ...trainingOf(design, view), ...(N === undefined ? {} : { 'model.N': N }), ...training },
    ...(execution === undefined ? {} : { execution }),
    ...(pictures === undefined ? {} : { pictures }),
    ...(replaceCheckpoints === undefined ? {} : { replaceCheckpoints }),
  };
}

/** Fields of the training of a view that the design decides; what it says of `training` wins. */
export const trainingOf = ({ seeds, neighborCount, training }: StudyDesign, { nGroups }: StudyView): Readonly<Record<string, unknown>> => ({
  seed: seeds.grouping,
  subsampleSeed: seeds.subsampling,
  neighborCount,
  ...(nGroups === null ? {} : { nGroups }),
  ...training,
});

async function dosesOf(phaseCRoot: string, design: StudyDesign): Promise<readonly number[]> {
  const names = await readdir(phaseCRoot).catch(() => []);
  const found = names.flatMap((name) => doseOfDirName(name) ?? []).sort((a, b) => a - b);
  return found.length > 0 ? found : design.doses;
}

/** Edge of the frames of a scan; undefined where it cannot be told, which the job itself will report. */
async function frameSizeOf(path: string): Promise<number | undefined> {
  try {
    await using file = await NpzFile.open(path);
    return (await file.header('diffraction')).shape.at(-1);
  } catch {
    return undefined;
  }
}

/** Why phase D left views out, as it recorded it. */
async function skipReasons(phaseDRoot: string): Promise<ReadonlyMap<string, string>> {
  const bundle = await readManifest(join(phaseDRoot, METRICS_BUNDLE_NAME), metricsBundleKind).catch(() => undefined);
  return new Map(bundle?.skipped_views.map(({ dose, view, reason }) => [`${dose} ${view}`, reason]));
}
