import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE_NAME } from '@ptychokit/trainer';
import { digestFile, type FileDigest } from '../file-digest.js';
import { JOB_RECORD_NAME, jobRecordKind } from '../manifests/job-record-kind.js';
import { readManifest } from '../manifests/manifest-file.js';
import { RECONSTRUCTION_RECORD_NAME, reconstructionRecordKind } from '../manifests/reconstruction-manifest.js';
import { recordedPath } from '../manifests/recorded-path.js';
import { SOLUTION_FILES } from '../solve/write-solution.js';
import type { ComparedMethod, ComparisonCell } from './comparison-cell.js';

/** Methods in the order they are shown. */
export const METHODS = ['pinn', 'supervised', 'iterative'] as const;
export type Method = (typeof METHODS)[number];

/** What a method left for a cell, or why there is nothing. */
export type MethodInput =
  | {
      readonly method: Method;
      readonly label: string;
      readonly found: true;
      /** Model archive, or the reconstruction. */
      readonly path: string;
      readonly inputs: readonly ({ readonly path: string } & FileDigest)[];
      readonly facts: Pick<ComparedMethod, 'loss' | 'config_sha256'> & {
        readonly relativeResidual: number | null;
        readonly train_s: number | null;
        readonly reconstruct_s: number | null;
      };
    }
  | { readonly method: Method; readonly label: string; readonly found: false; readonly reason: string };

const LABELS: Readonly<Record<string, string>> = { pinn: 'PINN', supervised: 'supervised', lsqml: 'LSQ-ML', epie: 'ePIE', rpie: 'rPIE' };

/** Finds what the methods of a cell left, by their own sealed records; every file is digested. */
export function findMethodInputs(cell: ComparisonCell): Promise<readonly MethodInput[]> {
  return Promise.all(METHODS.map((method) => (method === 'iterative' ? iterativeInput(cell) : networkInput(cell, method))));
}

async function networkInput(cell: ComparisonCell, method: 'pinn' | 'supervised'): Promise<MethodInput> {
  const dir = cell.modelDirs[method];
  const named = { method, label: LABELS[method] as string };
  const recordPath = join(dir, JOB_RECORD_NAME);
  try {
    const { result } = await readManifest(recordPath, jobRecordKind);
    if (result.status !== 'completed') return { ...named, found: false, reason: `the training failed: ${result.error ?? 'no reason'}` };
    const path = join(dir, BUNDLE_NAME);
    const bundle = await digestFile(path);
    if (bundle.sha256 !== result.bundle_sha256) {
      return { ...named, found: false, reason: `${shown(cell, path)} is not the archive that was trained: SHA256 ${bundle.sha256}` };
    }
    const inputs = [
      { path, ...bundle },
      { path: recordPath, ...(await digestFile(recordPath)) },
    ];
    const loss = result.history.map(({ epoch, train_loss, val_loss }) => ({ epoch, train: train_loss, validation: val_loss }));
    const { config_sha256, seconds } = result;
    return {
      ...named,
      found: true,
      path,
      inputs,
      facts: { loss, config_sha256, relativeResidual: null, train_s: seconds, reconstruct_s: null },
    };
  } catch (error) {
    return { ...named, found: false, reason: `no trained network in ${shown(cell, dir)}: ${firstLineOf(error)}` };
  }
}

async function iterativeInput(cell: ComparisonCell): Promise<MethodInput> {
  const dir = cell.reconstructionDir;
  const recordPath = join(dir, RECONSTRUCTION_RECORD_NAME);
  try {
    const { result } = await readManifest(recordPath, reconstructionRecordKind);
    const method = result.method ?? 'lsqml';
    const named = { method: 'iterative', label: LABELS[method] ?? method } as const;
    if (result.status !== 'completed')
      return { ...named, found: false, reason: `the reconstruction failed: ${result.error ?? 'no reason'}` };
    const path = join(dir, SOLUTION_FILES.reconstruction);
    const digest = await digestFile(path);
    if (digest.sha256 !== result.artifacts[SOLUTION_FILES.reconstruction]?.sha256) {
      return { ...named, found: false, reason: `${shown(cell, path)} is not what was reconstructed: SHA256 ${digest.sha256}` };
    }
    const { config_sha256, relative_residual: relativeResidual, solve_seconds: reconstruct_s } = result;
    const inputs = [
      { path, ...digest },
      { path: recordPath, ...(await digestFile(recordPath)) },
    ];
    const loss = await curveIn(join(dir, SOLUTION_FILES.curves));
    return { ...named, found: true, path, inputs, facts: { loss, config_sha256, relativeResidual, train_s: null, reconstruct_s } };
  } catch (error) {
    return {
      method: 'iterative',
      label: 'LSQ-ML',
      found: false,
      reason: `no reconstruction in ${shown(cell, dir)}: ${firstLineOf(error)}`,
    };
  }
}

/** Loss per epoch of a `loss.csv`. */
async function curveIn(path: string): Promise<ComparedMethod['loss']> {
  const [, ...lines] = (await readFile(path, 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const [epoch, loss] = line.split(',').map(Number);
    return { epoch: epoch as number, train: loss as number, validation: null };
  });
}

/** A path as a reason names it: below the study where it lies there. */
const shown = ({ within }: ComparisonCell, path: string): string => (within === undefined ? path : recordedPath(within, path));

const firstLineOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] as string;
