import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isPtychoError } from '@ptychokit/config';
import { type RunOptions, runServices } from '../compose.js';
import { asInterruption, throwIfInterrupted } from '../interruption-error.js';
import type { DoseResult } from '../manifests/dose-record-kind.js';
import { asOutputError } from '../output-error.js';
import { dosePaths } from '../study-layout.js';
import { readBaseScan } from './base-scan.js';
import type { DoseJob } from './dose-job.js';
import { describeDose, emptyDoseResult, forgetDose, recallDose, writeDoseRecord } from './dose-record.js';
import type { GenerateStages } from './generate-stages.js';

/** The stages in the order they are done, and what they are called in progress. */
const ORDER: readonly (readonly [stage: keyof GenerateStages, text: string])[] = [
  ['simulate', 'simulating'],
  ['canonicalize', 'canonical form'],
  ['patch', 'true patches'],
  ['split', 'split'],
  ['validate', 'checking'],
];

/**
 * Carries out one dose, stage after stage, and keeps its record. A dose that was finished before, its record and files verified, is not
 * done again. Whatever goes wrong is a result with `status: "failed"`; only an interruption is thrown.
 *
 * @throws InterruptedError aborted through `signal`
 */
export async function runDose(job: DoseJob, options: RunOptions = {}): Promise<DoseResult> {
  try {
    return (await recallDose(job)) ?? (await makeDose(job, options));
  } catch (error) {
    const reason = asInterruption(asOutputError(error, job.artifactDir), options.signal);
    if (isPtychoError(reason, 'INTERRUPTED')) throw reason;
    const result = emptyDoseResult('failed', reason instanceof Error ? reason.message : String(reason));
    // The reason is returned in any case; a disk that takes no record is most likely the reason itself.
    await writeDoseRecord(job, result, runServices(options).clock.now()).catch(() => undefined);
    return result;
  }
}

async function makeDose(job: DoseJob, options: RunOptions): Promise<DoseResult> {
  const { stages, clock, onEvent, signal } = runServices(options);
  await mkdir(job.artifactDir, { recursive: true });
  await forgetDose(job);
  await removeTemporaryFiles(job.artifactDir);
  const context = { job, base: await readBaseScan(job.basePath), paths: dosePaths(job.outputRoot, job.dose), onEvent, signal };
  for (const [stage, text] of ORDER) {
    throwIfInterrupted(signal, { stage: text });
    onEvent({ type: 'stage', stage: text });
    await stages[stage](context);
  }
  const result = await describeDose(job);
  await writeDoseRecord(job, result, clock.now());
  return result;
}

/** What a killed attempt did not finish is of no use. */
async function removeTemporaryFiles(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (name.endsWith('.tmp') || name.startsWith('.ptychokit-prepare-')) await rm(join(dir, name), { recursive: true, force: true });
  }
}
