import { configDigest, isPtychoError } from '@ptychokit/config';
import type { RawData } from '@ptychokit/memmap-bridge';
import type { SplitMetrics } from '../manifests/split-metrics.js';
import { packageVersion } from '../package-version.js';
import type { Split } from '../study-layout.js';
import { type ChosenImages, chooseImages } from './choose-images.js';
import { measureOverlap } from './measure-overlap.js';
import type { ViewJob } from './view-job.js';

/** Version of the definitions behind the numbers. */
export const METRICS_VERSION = '1.0';

/** A view as it was measured, without the files it will stand in. */
export type MeasuredSplit = Omit<SplitMetrics, 'data' | 'source' | 'request_sha256'>;

/** Images of a view and their numbers, or why there are none. */
export type SplitView =
  | { readonly possible: true; readonly images: Int32Array; readonly metrics: MeasuredSplit }
  | { readonly possible: false; readonly reason: string };

/** Selects the images of one split and measures them; a selection that is too small is no error. */
export function splitView(raw: RawData, job: ViewJob, split: Split): SplitView {
  const { view, design } = job;
  const chosen = chooseImages(raw, { view, split, seeds: design.seeds });
  const needed = view.gridsize ** 2;
  if (chosen.images.length < needed) {
    const spaced = chosen.spacingPx === null ? '' : ` at least ${chosen.spacingPx.toFixed(1)} px apart`;
    const reason = `${split}: ${chosen.images.length} of ${raw.frameCount} images${spaced} remain, a group needs ${needed}`;
    return { possible: false, reason };
  }
  try {
    return { possible: true, images: chosen.images, metrics: measured(raw, { job, split, chosen }) };
  } catch (error) {
    if (isPtychoError(error, 'GROUPING')) return { possible: false, reason: `${split}: ${error.what}` };
    throw error;
  }
}

/** Digest of all that decides a split of a view: what it is made of, how it is chosen and how it is measured. */
export function splitRequestDigest(
  { dose, view, design }: ViewJob,
  { split, source }: { readonly split: Split; readonly source: string },
): string {
  const { neighborCount, seeds, probeDiameterPx, probeDiameterFallback } = design;
  const version = { package: packageVersion(), metrics: METRICS_VERSION };
  return configDigest({ dose, view, neighborCount, seeds, probeDiameterPx, probeDiameterFallback, split, source, version });
}

interface ToMeasure {
  readonly job: ViewJob;
  readonly split: Split;
  readonly chosen: ChosenImages;
}

function measured(raw: RawData, { job, split, chosen }: ToMeasure): MeasuredSplit {
  const { dose, view, design } = job;
  const overlap = measureOverlap(raw.subset(chosen.images), view, design);
  return {
    metrics_version: METRICS_VERSION,
    ...{ dose, view: view.name, split, gridsize: view.gridsize },
    s_img: view.sImg,
    n_groups: view.nGroups,
    neighbor_count: design.neighborCount,
    probe_diameter_px: overlap.diameter.px,
    probe_diameter_source: overlap.diameter.source,
    rng_seed_subsample: design.seeds.subsampling,
    rng_seed_grouping: design.seeds.grouping,
    overlap: view.overlap,
    spacing_threshold_px: chosen.spacingPx,
    metric_1_group_based_avg: overlap.groupBased,
    metric_2_image_based_avg: overlap.imageBased,
    metric_3_group_to_group_avg: overlap.groupToGroup,
    n_images_total: raw.frameCount,
    n_images_selected: chosen.selectedCount,
    n_images_subsampled: chosen.images.length,
    n_unique_images: overlap.uniqueImages,
    n_groups_actual: overlap.groups,
    geometry_acceptance_bound: chosen.acceptanceBound,
    effective_min_acceptance: chosen.effectiveMinAcceptance,
  };
}
