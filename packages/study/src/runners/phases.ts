import { dosePhase } from '../generate/dose-phase.js';
import { trainingPhase } from '../jobs/training-phase.js';
import type { JobOutcome, JobPhase, StudyJob } from './job-phase.js';

/** How a phase is found again in another process. */
export interface PhaseReference {
  readonly name: string;
  readonly module?: string | undefined;
}

/** Phases of this package, by name. */
const PHASES = new Map<string, JobPhase<never, JobOutcome>>([
  [dosePhase.name, dosePhase as unknown as JobPhase<never, JobOutcome>],
  [trainingPhase.name, trainingPhase as unknown as JobPhase<never, JobOutcome>],
]);

/** What another process needs to find a phase. */
export const referenceTo = ({ name, module }: PhaseReference): PhaseReference => ({ name, ...(module === undefined ? {} : { module }) });

/** The phase that is meant, in whatever process. @throws RangeError there is none */
export async function phaseOf({ name, module }: PhaseReference): Promise<JobPhase<StudyJob, JobOutcome>> {
  const phase =
    module === undefined ? PHASES.get(name) : ((await import(module)) as { readonly phase?: JobPhase<never, JobOutcome> }).phase;
  if (phase === undefined) {
    const place = module === undefined ? `one of the phases ${[...PHASES.keys()].join(', ')}` : `an export 'phase' of ${module}`;
    throw new RangeError(`expected ${place}, got ${name}`);
  }
  return phase as unknown as JobPhase<StudyJob, JobOutcome>;
}
