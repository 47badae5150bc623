import { join } from 'node:path';
import { reconstructMatrix } from '../../reconstruct/reconstruct-matrix.js';
import { reconstructionLabel } from '../../reconstruct/reconstruction-job.js';
import { doseLabel } from '../../study-layout.js';
import { firstLine, type PhaseJob, type StudyPhase } from '../study-phase.js';

/** Phase F. */
export const reconstructPhase: StudyPhase = {
  letter: 'F',
  command: 'reconstruct',
  title: 'reconstruct every dose and view iteratively',
  run: async ({ roots, design, execution, runner, wait }, options) => {
    const places = { phaseCRoot: roots.data, phaseDRoot: roots.views, artifactRoot: join(roots.dir, 'reconstructions') };
    const { jobs, results, skipped, written } = await reconstructMatrix({ ...places, design, execution, runner, wait }, options);
    const done = jobs.map((job, i): PhaseJob => {
      const { status, error, method, relative_residual } = results[i] as (typeof results)[number];
      const label = reconstructionLabel(job);
      if (status !== 'completed') return { label, status: 'failed', detail: firstLine(error) };
      return { label, status, detail: `${method}, relative residual ${relative_residual?.toPrecision(3) ?? '-'}` };
    });
    const left = skipped.map(
      ({ dose, view, reason }): PhaseJob => ({ label: `${view}/dose=${doseLabel(dose)}`, status: 'skipped', detail: firstLine(reason) }),
    );
    return { manifestPath: written?.manifestPath as string, jobs: [...done, ...left] };
  },
};
