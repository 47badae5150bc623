import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ExecutionConfig } from '@ptychokit/config';
import { digestFile, type FileDigest } from './file-digest.js';
import type { HostFacts } from './host-facts.js';

/** Name of the record, the last file a run writes: where it stands, the results are complete. */
export const RUN_RECORD_NAME = 'run.json';

/** What a run was, what it used, and what came out; `run.json`. */
export interface RunRecord {
  readonly schema_version: 1;
  /** Name of the command or function, for example `"fit"`. */
  readonly command: string;
  readonly ptychokit_version: string;
  readonly started_at: string;
  readonly finished_at: string;
  /** Typed configuration, as the run used it. */
  readonly config: unknown;
  readonly execution: ExecutionConfig | null;
  readonly seeds: Readonly<Record<string, number | null>>;
  readonly engine: EngineFacts;
  readonly host: HostFacts;
  readonly data: readonly DataFacts[];
  /** What was converted or renamed when the data was opened. */
  readonly conversions: readonly string[];
  readonly timings_s: Readonly<Record<string, number>>;
  readonly history: HistorySummary | null;
  readonly relative_residual: number;
  /** Every other file of the run by its path below the record's directory. */
  readonly artifacts: Readonly<Record<string, FileDigest>>;
}

/** The engine that computed. */
export interface EngineFacts {
  readonly backend: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly threads: number;
  readonly deterministic: boolean;
  readonly instruction_sets: readonly string[];
  /** What was asked of the engine and could not be given. */
  readonly warnings: readonly string[];
}

/** Identity of an input file; its directory is nobody's business. */
export interface DataFacts extends Partial<FileDigest> {
  readonly role: 'train' | 'test' | 'model';
  readonly name: string;
  /** What the caller said of the scan that the file does not: energy, distance, … */
  readonly hints?: Readonly<Record<string, unknown>>;
}

/** How training went, in short. */
export interface HistorySummary {
  readonly epochs_completed: number;
  readonly best_epoch: number;
  readonly end: string;
  readonly final_train_loss: number | null;
  readonly final_val_loss: number | null;
  readonly best_val_loss: number | null;
}

/** What a run itself contributes to its record. */
export type RunFacts = Pick<RunRecord, 'config' | 'execution' | 'seeds' | 'engine' | 'conversions' | 'history' | 'relative_residual'>;

/** Files of a run. */
export interface RunFiles {
  /** Directory of the results and of the record. */
  readonly dir: string;
  /** Results by their path below that directory. */
  readonly artifacts: readonly string[];
  /** Input files. */
  readonly data: readonly (Pick<DataFacts, 'role' | 'hints'> & { readonly path: string })[];
}

/** Digests of everything a run read and wrote. */
export async function digestRunFiles({ dir, artifacts, data }: RunFiles): Promise<Pick<RunRecord, 'data' | 'artifacts'>> {
  const results: Record<string, FileDigest> = {};
  for (const name of artifacts) results[name] = await digestFile(join(dir, name));
  const inputs: DataFacts[] = [];
  for (const { role, path, hints = {} } of data) {
    const said = Object.keys(hints).length === 0 ? {} : { hints };
    inputs.push({ role, name: basename(path), ...said, ...(await digestOfData(path)) });
  }
  return { data: inputs, artifacts: results };
}

/** A bridge may serve a scan that is no file under its name; there is then nothing to digest. */
async function digestOfData(path: string): Promise<Partial<FileDigest>> {
  return existsSync(path) ? digestFile(path) : {};
}
