import type { DoseResult } from '../manifests/dose-record-kind.js';
import type { JobPhase } from '../runners/job-phase.js';
import { doseLabel } from '../study-layout.js';
import type { DoseJob } from './dose-job.js';
import { emptyDoseResult, forgetDose, readDoseResult, recallDose } from './dose-record.js';
import { runDose } from './run-dose.js';

/** Phase C for the runners. */
export const dosePhase: JobPhase<DoseJob, DoseResult> = {
  name: 'generate',
  label: ({ dose }) => `dose=${doseLabel(dose)}`,
  cost: ({ frameCount }) => frameCount,
  // The simulation uses no engine.
  withThreads: (job) => job,
  run: runDose,
  recall: recallDose,
  read: readDoseResult,
  forget: forgetDose,
  fail: async (_, reason) => emptyDoseResult('failed', reason),
};
