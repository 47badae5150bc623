import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configDigest } from '@ptychokit/config';
import { writeJsonAtomically } from '../../atomic-write.js';
import type { StudyJob } from '../job-phase.js';
import type { PhaseReference } from '../phases.js';

/** What a task finds its job in. */
export interface TaskFile {
  readonly phase: PhaseReference;
  readonly jobs: readonly StudyJob[];
}

/** An array that was submitted, or was about to be. */
export interface SubmittedArray {
  /** Unlike that of any other array, so that it is found in the queue when its number was not noted any more. */
  readonly name: string;
  /** Number that Slurm gave; null until it did. */
  readonly id: string | null;
  readonly submitted_at: string;
  /** By index of the task: the directory of the job, and the identity of the whole job. */
  readonly tasks: readonly { readonly artifact_dir: string; readonly job_sha256: string }[];
}

/** Arrays that may still be at work; `submission.json`. */
export interface SubmissionRecord {
  readonly arrays: readonly SubmittedArray[];
}

/** Identity of a job with all its settings. */
export const jobDigest = (job: StudyJob): string => configDigest(JSON.parse(JSON.stringify(job)));

const recordPath = (directory: string): string => join(directory, 'submission.json');

/** What was submitted before; nothing where there is no record that can be read. */
export async function readSubmission(directory: string): Promise<SubmissionRecord> {
  try {
    return JSON.parse(await readFile(recordPath(directory), 'utf8')) as SubmissionRecord;
  } catch {
    return { arrays: [] };
  }
}

/** @throws OutputError */
export const writeSubmission = (directory: string, record: SubmissionRecord): Promise<void> =>
  writeJsonAtomically(recordPath(directory), record);
