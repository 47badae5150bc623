import { dosePhase } from '../generate/dose-phase.js';
import { trainingPhase } from '../jobs/training-phase.js';
import { reconstructionPhase } from '../reconstruct/reconstruction-phase.js';
import type { JobOutcome, JobPhase, StudyJob } from './job-phase.js';

/** Phases whose jobs can run in a process of their own, by name. */
const PHASES = new Map<string, JobPhase<never, JobOutcome>>([
  [dosePhase.name, dosePhase as unknown as JobPhase<never, JobOutcome>],
  [trainingPhase.name, trainingPhase as unknown as JobPhase<never, JobOutcome>],
  [reconstructionPhase.name, reconstructionPhase as unknown as JobPhase<never, JobOutcome>],
]);

/** The phase of that name, in whatever process. @throws RangeError there is none */
export function phaseOf(name: string): JobPhase<StudyJob, JobOutcome> {
  const phase = PHASES.get(name);
  if (phase === undefined) throw new RangeError(`expected one of the phases ${[...PHASES.keys()].join(', ')}, got ${name}`);
  return phase as unknown as JobPhase<StudyJob, JobOutcome>;
}
