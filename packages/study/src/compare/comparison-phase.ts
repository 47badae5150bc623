import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadExecutionConfig } from '@ptychokit/config';
import { CELL_RECORD_NAME } from '../manifests/comparison-manifest.js';
import type { JobPhase } from '../runners/job-phase.js';
import { type CellOutcome, type ComparisonCell, cellLabel, failedCell } from './comparison-cell.js';
import { readCell, recallCell, runCell } from './run-cell.js';

/** Phase G for the runners. */
export const comparisonPhase: JobPhase<ComparisonCell, CellOutcome> = {
  name: 'compare',
  label: cellLabel,
  cost: ({ scanPath }) => statSync(scanPath, { throwIfNoEntry: false })?.size ?? 0,
  withThreads: (cell, threads) => {
    const execution = cell.execution ?? loadExecutionConfig();
    return execution.threads > 0 || execution.deterministic ? cell : { ...cell, execution: { ...execution, threads } };
  },
  run: runCell,
  recall: recallCell,
  read: readCell,
  forget: ({ artifactDir }) => rm(join(artifactDir, CELL_RECORD_NAME), { force: true }),
  fail: async (_cell, reason) => failedCell(reason),
};
