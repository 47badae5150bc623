import { type ExecutionConfig, loadStudyDesign, type StudyDesign, type StudyView } from '@ptychokit/config';
import { NpzFile } from '@ptychokit/memmap-bridge';
import type { SkippedView } from '../manifests/skip-summary.js';
import { trainingPaths } from '../study-layout.js';
import { type ModelChoice, type ModelKind, modelKindsOf, type TrainingJob } from './training-job.js';
import { findViewData, type ViewData } from './view-data.js';

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
  /** Networks of each view; only the physics-informed one by default. */
  readonly models?: ModelChoice | undefined;
  /** Starts jobs anew whose checkpoint is of another configuration or of other data; such a job fails otherwise. */
  readonly replaceCheckpoints?: boolean | undefined;
}

/** The job matrix, and what had to be left out of it. */
export interface TrainingJobs {
  readonly jobs: readonly TrainingJob[];
  readonly skipped: readonly SkippedView[];
}

/**
 * The matrix of training jobs: every dose that phase C wrote by every view of the design and every model asked for, in that order. A view
 * whose data is not there is skipped with the reason.
 */
export async function buildTrainingJobs(request: BuildTrainingJobsRequest): Promise<TrainingJobs> {
  const design = request.design ?? loadStudyDesign();
  const { found, skipped } = await findViewData(request, design);
  const jobs: TrainingJob[] = [];
  for (const model of modelKindsOf(request.models)) {
    for (const place of found) jobs.push(await jobOf({ ...request, design }, { ...place, model }));
  }
  return { jobs, skipped };
}

async function jobOf(
  request: BuildTrainingJobsRequest & { readonly design: StudyDesign },
  { dose, view, data, model }: ViewData & { readonly model: ModelKind },
): Promise<TrainingJob> {
  const { design, artifactRoot, training, execution, pictures, replaceCheckpoints } = request;
  const { dir, log } = trainingPaths(artifactRoot, { dose, view: view.name, gridsize: view.gridsize, model });
  const N = await frameSizeOf(data.train);
  return {
    ...{ dose, view: view.name, gridsize: view.gridsize },
    ...(model === 'pinn' ? {} : { model }),
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
export const trainingOf = (
  { seeds, neighborCount, training }: StudyDesign,
  { nGroups, groupLayout }: StudyView,
): Readonly<Record<string, unknown>> => ({
  seed: seeds.grouping,
  subsampleSeed: seeds.subsampling,
  neighborCount,
  'model.groupLayout': groupLayout,
  ...(nGroups === null ? {} : { nGroups }),
  ...training,
});

/** Edge of the frames of a scan; undefined where it cannot be told, which the job itself will report. */
async function frameSizeOf(path: string): Promise<number | undefined> {
  try {
    await using file = await NpzFile.open(path);
    return (await file.header('diffraction')).shape.at(-1);
  } catch {
    return undefined;
  }
}
