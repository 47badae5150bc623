import type { DeepReadonly, ExecutionConfig } from '@ptychokit/config';
import type * as z from '@ptychokit/config/zod';
import type { ModelKind } from '../jobs/training-job.js';
import type { cellOutcome, comparedMethod } from '../manifests/comparison-manifest.js';
import { doseLabel, type Split } from '../study-layout.js';

/** One cell of the comparison: a split of a view of a dose, and where its methods left what they made. Plain data, so that it can travel. */
export interface ComparisonCell {
  /** Mean photons per frame. */
  readonly dose: number;
  readonly view: string;
  readonly gridsize: number;
  readonly split: Split;
  /** Nominal overlap of the view; null keeps all positions. */
  readonly overlap: number | null;
  /** The frames that every method sees; the file also holds the truth. */
  readonly scanPath: string;
  /** Overlap as phase D measured it. */
  readonly overlapPath: string;
  /** Directory of the training of each network. */
  readonly modelDirs: Readonly<Record<ModelKind, string>>;
  /** Directory of the iterative reconstruction. */
  readonly reconstructionDir: string;
  /** Directory of everything the cell writes. */
  readonly artifactDir: string;
  /** Directory that holds all of these and is moved as a whole: records name files relative to themselves. */
  readonly within?: string | undefined;
  /** Illumination, as a fraction of its maximum, above which pixels are scored. */
  readonly regionThreshold: number;
  readonly execution?: ExecutionConfig | undefined;
}

/** What a cell ends with; keys as in its record. */
export type CellOutcome = DeepReadonly<z.output<typeof cellOutcome>>;

/** One method of a cell. */
export type ComparedMethod = DeepReadonly<z.output<typeof comparedMethod>>;

/** How a cell is called in lines of output: `dense/test/dose=1e+03`. */
export const cellLabel = ({ view, split, dose }: Pick<ComparisonCell, 'view' | 'split' | 'dose'>): string =>
  `${view}/${split}/dose=${doseLabel(dose)}`;

/** The outcome of a cell that could not be compared at all. */
export const failedCell = (error: unknown): CellOutcome => ({
  status: 'failed',
  error: error instanceof Error ? error.message || error.name : String(error),
  request_sha256: null,
  scan: null,
  region: null,
  frc_size_px: 0,
  overlap: { asked: null, group: null, image: null, group_to_group: null, images: null },
  scales: {},
  image_shape: null,
  methods: [],
  seconds: null,
  artifacts: {},
});
