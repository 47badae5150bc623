import type { JobOutcome, JobPhase, StudyJob } from './job-phase.js';

/** How a phase is found again in another process. */
export interface PhaseReference {
  readonly name: string;
  readonly module?: string | undefined;
}

type AnyPhase = JobPhase<never, JobOutcome>;

/** Phases of this package by name, loaded when they are needed: a process for one does not wait for what another needs. */
const PHASES: ReadonlyMap<string, () => Promise<AnyPhase>> = new Map([
  ['generate', async () => (await import('../generate/dose-phase.js')).dosePhase as unknown as AnyPhase],
  ['train', async () => (await import('../jobs/training-phase.js')).trainingPhase as unknown as AnyPhase],
  ['compare', async () => (await import('../compare/comparison-phase.js')).comparisonPhase as unknown as AnyPhase],
  ['reconstruct', async () => (await import('../reconstruct/reconstruction-phase.js')).reconstructionPhase as unknown as AnyPhase],
]);

/** What another process needs to find a phase. */
export const referenceTo = ({ name, module }: PhaseReference): PhaseReference => ({ name, ...(module === undefined ? {} : { module }) });

/** The phase that is meant, in whatever process. @throws RangeError there is none */
export async function phaseOf({ name, module }: PhaseReference): Promise<JobPhase<StudyJob, JobOutcome>> {
  const phase = module === undefined ? await PHASES.get(name)?.() : ((await import(module)) as { readonly phase?: AnyPhase }).phase;
  if (phase === undefined) {
    const place = module === undefined ? `one of the phases ${[...PHASES.keys()].join(', ')}` : `an export 'phase' of ${module}`;
    throw new RangeError(`expected ${place}, got ${name}`);
  }
  return phase as unknown as JobPhase<StudyJob, JobOutcome>;
}
