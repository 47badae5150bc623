import { generateData } from '../../generate/generate-data.js';
import type { DoseResult } from '../../manifests/dose-record-kind.js';
import { doseLabel } from '../../study-layout.js';
import { firstLine, type PhaseJob, type StudyPhase } from '../study-phase.js';

/** Phase C. */
export const generatePhase: StudyPhase = {
  letter: 'C',
  command: 'generate',
  title: 'simulate every dose',
  run: async ({ roots, design, basePath, runner, wait }, options) => {
    const { jobs, results, manifestPath } = await generateData({ basePath, outputRoot: roots.data, design, runner, wait }, options);
    return {
      manifestPath: manifestPath as string, // null for a dry run only
      jobs: jobs.map(({ dose }, i) => ({ label: `dose=${doseLabel(dose)}`, ...outcomeOf(results[i] as DoseResult) })),
    };
  },
};

function outcomeOf({ status, error, train_frames, test_frames }: DoseResult): Omit<PhaseJob, 'label'> {
  if (status !== 'completed') return { status: 'failed', detail: firstLine(error) };
  return { status, detail: `${train_frames} frames to train on, ${test_frames} to test on` };
}
