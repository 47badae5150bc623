import { jobLabel } from '../../jobs/job-label.js';
import type { ModelChoice, TrainingJobResult } from '../../jobs/training-job.js';
import { recordedPath } from '../../manifests/recorded-path.js';
import { trainMatrix } from '../../train-matrix.js';
import { firstLine, type PhaseJob, type StudyPhase } from '../study-phase.js';

/** Phase E with the networks of a choice. */
const trainPhaseOf = (models: ModelChoice): StudyPhase => ({
  letter: 'E',
  command: 'train',
  title: 'train a network on every dose and view',
  run: async ({ roots, ...study }, options) => {
    const places = { phaseCRoot: roots.data, phaseDRoot: roots.views, artifactRoot: roots.models };
    const { jobs, results, skipped, written } = await trainMatrix(
      { ...places, ...study, models, replaceCheckpoints: study.changeDesign },
      options,
    );
    const trained = jobs.map((job, i) => ({
      label: jobLabel(job),
      ...outcomeOf(results[i] as TrainingJobResult, recordedPath(roots.dir, job.artifactDir)),
    }));
    const left = skipped.map(({ reason, ...place }) => ({ label: jobLabel(place), status: 'skipped', detail: firstLine(reason) }) as const);
    return { manifestPath: written?.manifestPath as string, jobs: [...trained, ...left] };
  },
});

/** Phase E. */
export const trainPhase: StudyPhase = trainPhaseOf('pinn');

/** Phase E with a supervised network beside each of the others, to compare with. */
export const trainBothPhase: StudyPhase = trainPhaseOf('both');

function outcomeOf({ status, error, epochs_completed, final_loss }: TrainingJobResult, dir: string): Omit<PhaseJob, 'label'> {
  if (status !== 'completed') return { status: 'failed', detail: firstLine(error) };
  const epochs = `${epochs_completed} ${epochs_completed === 1 ? 'epoch' : 'epochs'}`;
  const loss = final_loss === null ? '' : `, loss ${final_loss.toPrecision(4)}`;
  return { status: 'completed', detail: `${epochs}${loss}  ${dir}` };
}
