import * as z from '@ptychokit/config/zod';
import { dose, gridsize, path, recordedFile, sha256, split, viewName } from './manifest-fields.js';
import { defineManifest, type ManifestOf } from './manifest-kind.js';

const fractionOrNull = z.number().min(0).max(1).nullable();

/** Overlap as it was measured on one split of a view; `<view>_<split>_metrics.json`. */
export const splitMetricsKind = defineManifest({
  name: 'split_metrics',
  title: 'overlap metrics',
  fileName: /_(train|test)_metrics\.json$/,
  schema: z.strictObject(
    z.lazyShape(() => ({
      metrics_version: z.string(),
      dose,
      view: viewName,
      split,
      gridsize,
      s_img: z.int().min(1).nullable().describe('Images drawn from the selection; null for all.'),
      n_groups: z.int().min(1).nullable().describe('Groups asked for; null for one per image.'),
      neighbor_count: z.int().min(1),
      probe_diameter_px: z.number().positive(),
      probe_diameter_source: z.enum(['given', 'fwhm', 'fallback']).describe('Where the diameter comes from.'),
      rng_seed_subsample: z.int(),
      rng_seed_grouping: z.int(),
      overlap: z.number().min(0).lt(1).nullable().describe('Nominal overlap of the view; null keeps all positions.'),
      spacing_threshold_px: z.number().min(0).nullable().describe('S = (1 - overlap) * N; null when all positions are kept.'),
      metric_1_group_based_avg: fractionOrNull.describe('Mean overlap inside groups; null for gridsize 1.'),
      metric_2_image_based_avg: fractionOrNull.describe('Mean overlap of distinct images with their nearest; null for fewer than two.'),
      metric_3_group_to_group_avg: fractionOrNull.describe('Mean overlap of groups with the groups nearer than a diameter.'),
      n_images_total: z.int().min(0).describe('Images of the split before selection.'),
      n_images_selected: z.int().min(0).describe('Images after selection by spacing.'),
      n_images_subsampled: z.int().min(0).describe('Images of the view, after selection and draw.'),
      n_unique_images: z.int().min(0).describe('Distinct positions among them.'),
      n_groups_actual: z.int().min(0),
      geometry_acceptance_bound: fractionOrNull.describe('Largest share of the images that any selection with this spacing could keep.'),
      effective_min_acceptance: fractionOrNull.describe(
        '0.1 or that bound, where lower: what other programs reject below. Nothing is rejected here.',
      ),
      data: recordedFile.describe('The images of the view.'),
      source: z.strictObject({ path, sha256 }).describe('The file of phase C they are taken from.'),
      request_sha256: sha256.describe('Digest of all that decides this document and the images.'),
    })),
  ),
  artifacts: ({ data }) => [data],
});

/** Content of a `<view>_<split>_metrics.json`. */
export type SplitMetrics = ManifestOf<typeof splitMetricsKind>;
