import { overlapViews, warningOf } from '../../overlap/overlap-views.js';
import type { ViewOutcome } from '../../overlap/view-job.js';
import { doseLabel } from '../../study-layout.js';
import { firstLine, type PhaseJob, type StudyPhase } from '../study-phase.js';

/** Phase D. */
export const overlapPhase: StudyPhase = {
  letter: 'D',
  command: 'overlap',
  title: 'select the views and measure their overlap',
  run: async ({ roots, design, wait }, options) => {
    const { jobs, outcomes, bundlePaths } = await overlapViews({ phaseCRoot: roots.data, outputRoot: roots.views, design, wait }, options);
    return {
      manifestPath: bundlePaths[0] as string, // none for a dry run only
      jobs: jobs.map(({ dose, view }, i) => ({
        label: `${view.name}/dose=${doseLabel(dose)}`,
        ...outcomeOf(outcomes[i] as ViewOutcome),
      })),
    };
  },
};

function outcomeOf(outcome: ViewOutcome): Omit<PhaseJob, 'label'> {
  if (outcome.status === 'skipped' || outcome.status === 'failed') return { status: outcome.status, detail: firstLine(outcome.reason) };
  const metrics = outcome.status === 'dry_run' ? outcome.metrics.train : outcome.record.train.metrics;
  const { overlap: asked, metric_2_image_based_avg: measured } = metrics;
  // What is asked for counts in edges of a frame, what is measured in discs as wide as the probe: the two numbers differ.
  const overlaps = [
    ...(typeof asked === 'number' ? [`overlap of frames asked ${asked.toFixed(2)}`] : []),
    ...(typeof measured === 'number' ? [`overlap of probes measured ${measured.toFixed(2)}`] : []),
  ];
  const images = `${metrics.n_images_subsampled} of ${metrics.n_images_total} images`;
  const warning = warningOf(outcome) === null ? [] : ['too few to judge the view by'];
  return { status: 'completed', detail: [images, ...warning, ...overlaps].join(', ') };
}
