import { basename, join } from 'node:path';
import { isPtychoError } from '@ptychokit/config';
import { sizeText } from '../../cli/size-text.js';
import type { ComparisonRoots } from '../../compare/build-cells.js';
import { compareStudy } from '../../compare/compare-study.js';
import { cellLabel } from '../../compare/comparison-cell.js';
import type { RunOptions } from '../../compose.js';
import { writeReport } from '../../report/write-report.js';
import { firstLine, type PhaseJob, type StudyPhase } from '../study-phase.js';

/** Phase G. */
export const comparePhase: StudyPhase = {
  letter: 'G',
  command: 'compare',
  title: 'score every method against the truth, and report',
  run: async ({ roots: { dir, data, views, models }, design, execution, runner, wait }, options) => {
    const roots = { data, views, models, reconstructions: join(dir, 'reconstructions'), comparison: join(dir, 'comparison') };
    const request = { roots, design, execution, runner, wait, command: 'ptychokit compare .' };
    const { cells, outcomes, written } = await compareStudy(request, options);
    const jobs = cells.map((cell, i): PhaseJob => {
      const { status, error, methods } = outcomes[i] as (typeof outcomes)[number];
      const label = cellLabel(cell);
      if (status !== 'completed') return { label, status: 'failed', detail: firstLine(error) };
      const scores = methods.map((row) => `${row.label} ${row.metrics.amplitude_ssim?.toFixed(3) ?? row.status}`);
      return { label, status, detail: `amplitude SSIM ${scores.join(', ')}` };
    });
    return { manifestPath: written?.manifestPath as string, jobs: [...jobs, await reportJob(roots, options)] };
  },
};

/** The report; one that cannot be written leaves the comparison as it is. */
async function reportJob({ comparison }: ComparisonRoots, options: RunOptions): Promise<PhaseJob> {
  try {
    const { path, bytes } = await writeReport({ root: comparison }, options);
    return { label: 'report', status: 'completed', detail: `${sizeText(bytes)}  ${basename(comparison)}/${basename(path)}` };
  } catch (error) {
    if (isPtychoError(error, 'INTERRUPTED')) throw error;
    return { label: 'report', status: 'failed', detail: firstLine(error instanceof Error ? error.message : String(error)) };
  }
}
