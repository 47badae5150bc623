import type { StudyDesign, StudyView } from '@ptychokit/config';
import type { MetricsBundleView } from '../manifests/metrics-bundle.js';
import { dosePaths, type Split, type ViewPaths, viewPaths } from '../study-layout.js';
import type { MeasuredSplit } from './split-view.js';

/** One view of one dose of phase D. */
export interface ViewJob {
  readonly dose: number;
  readonly view: StudyView;
  readonly design: StudyDesign;
  readonly phaseCRoot: string;
  readonly outputRoot: string;
}

/** How a view ended. */
export type ViewOutcome =
  | { readonly status: 'completed'; readonly record: MetricsBundleView }
  /** Selected and measured; nothing was written. */
  | { readonly status: 'dry_run'; readonly metrics: Readonly<Record<Split, MeasuredSplit>> }
  /** The selection is empty or impossible. */
  | { readonly status: 'skipped'; readonly reason: string }
  /** Something could not be read or written. */
  | { readonly status: 'failed'; readonly reason: string };

/** Files of a view. */
export const viewFiles = ({ outputRoot, dose, view }: ViewJob): ViewPaths => viewPaths(outputRoot, { dose, view: view.name });

/** The file of phase C that a split of a view is taken from. */
export function viewSource({ phaseCRoot, dose }: ViewJob, split: Split): string {
  const { patchedTrain, patchedTest } = dosePaths(phaseCRoot, dose);
  return split === 'train' ? patchedTrain : patchedTest;
}
