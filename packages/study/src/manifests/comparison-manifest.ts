import * as z from '@ptychokit/config/zod';
import { artifacts, dose, gridsize, path, recordedFile, schemaVersion, sha256, split, timestamp, viewName } from './manifest-fields.js';
import { defineManifest, type ManifestOf } from './manifest-kind.js';

/** File name of the manifest of phase G. */
export const COMPARISON_MANIFEST_NAME = 'comparison_manifest.json';

/** Name of the record of one cell, its last file: by it a finished cell is recognised. */
export const CELL_RECORD_NAME = 'cell_result.json';

const number = z.number().nullable();
const pair = z.strictObject(z.lazyShape(() => ({ x: z.number(), y: z.number() })));
const range = z.tuple([z.number(), z.number()]);

const alignment = z.strictObject(
  z.lazyShape(() => ({
    shift_px: pair.describe('Content was moved by +x columns and +y rows.'),
    ramp_rad_per_px: pair,
    factor: z.strictObject({ re: z.number(), im: z.number() }),
    correlation: z.number(),
    twin: z.boolean().nullable().describe('Whether the twin image fits better; reported, never applied.'),
  })),
);

/** One method on one cell. */
export const comparedMethod = z.strictObject(
  z.lazyShape(() => ({
    method: z.enum(['pinn', 'supervised', 'iterative']),
    label: z.string().describe('What readers know it by: PINN, supervised, LSQ-ML.'),
    status: z.enum(['scored', 'missing', 'failed']),
    reason: z.string().nullable().describe('Why there are no numbers; null where there are.'),
    metrics: z.record(z.string(), number).describe('By name; null where undefined.'),
    undefined_because: z.record(z.string(), z.string()).describe('Why a metric is null.'),
    notes: z.array(z.string()).describe('What a reader of the numbers must know.'),
    alignment: alignment.nullable(),
    frc: z.array(number).describe('Ring correlation from ring 0 to Nyquist; null where a ring has no power.'),
    loss: z.array(z.strictObject({ epoch: z.int(), train: number, validation: number })),
    timings_s: z.strictObject({
      train: number.describe('Training of the network.'),
      reconstruct: number.describe('Inference, or iterations.'),
    }),
    inputs: z.array(recordedFile).describe('Everything the method read besides the scan.'),
    config_sha256: sha256.nullable(),
  })),
);

const cellPlace = { dose, view: viewName, split, gridsize };

/** How one cell was compared. */
export const cellOutcome = z.strictObject(
  z.lazyShape(() => ({
    status: z.enum(['completed', 'failed', 'dry_run']),
    error: z.string().nullable(),
    request_sha256: sha256.nullable().describe('Digest of all inputs and settings.'),
    scan: recordedFile.nullable().describe('The frames that every method of the cell saw, with the truth.'),
    region: z.strictObject({ pixels: z.int().min(0), threshold: z.number(), rim_px: z.number() }).nullable(),
    frc_size_px: z.int().min(0).describe('Edge of the square in which rings are counted.'),
    frc_ring_pixels: z.array(z.int().min(0)).optional().describe('Pixels of each ring; the half-bit curve depends on them.'),
    overlap: z
      .strictObject({ asked: number, group: number, image: number, group_to_group: number, images: z.int().nullable() })
      .describe('Overlap asked for and measured (metrics 1, 2, 3), and images of the view.'),
    scales: z.record(z.string(), range).describe('Colour scales of the images, shared by all methods.'),
    image_shape: z.tuple([z.int(), z.int()]).nullable(),
    methods: z.array(comparedMethod),
    seconds: number,
    artifacts,
  })),
);

/** One cell of phase G; `cell_result.json` in its directory. */
export const cellRecordKind = defineManifest({
  name: 'cell_result',
  title: 'record of a compared cell',
  fileName: /^cell_result\.json$/,
  schema: z.strictObject(
    z.lazyShape(() => ({ schema_version: schemaVersion, timestamp, ptychokit_version: z.string(), ...cellPlace, result: cellOutcome })),
  ),
  artifacts: ({ result }) => Object.entries(result.artifacts).map(([name, digest]) => ({ path: name, ...digest })),
});

/** Content of a `cell_result.json`. */
export type CellRecord = ManifestOf<typeof cellRecordKind>;

/** What phase G compared; `comparison_manifest.json` under its root. */
export const comparisonManifestKind = defineManifest({
  name: 'comparison_manifest',
  title: 'manifest of a comparison',
  fileName: /^comparison_manifest\.json$/,
  schema: z.strictObject(
    z.lazyShape(() => ({
      schema_version: schemaVersion,
      timestamp,
      ptychokit_version: z.string(),
      roots: z.strictObject({ data: path, views: path, models: path, reconstructions: path }),
      command: z.string().describe('What repeats the comparison.'),
      design: z.unknown(),
      host: z.record(z.string(), z.unknown()),
      cells: z.array(z.strictObject({ ...cellPlace, directory: path, result: cellOutcome })),
      skipped_views: z.array(z.strictObject({ dose, view: viewName, reason: z.string().min(1) })),
      artifacts,
    })),
  ),
  artifacts: ({ cells, artifacts: own }) => [
    ...Object.entries(own).map(([name, digest]) => ({ path: name, ...digest })),
    ...cells.flatMap(({ directory, result }) => [
      ...(result.scan === null ? [] : [result.scan]),
      ...result.methods.flatMap(({ inputs }) => inputs),
      ...Object.entries(result.artifacts).map(([name, digest]) => ({ path: `${directory}/${name}`, ...digest })),
    ]),
  ],
});

/** Content of `comparison_manifest.json`. */
export type ComparisonManifest = ManifestOf<typeof comparisonManifestKind>;

/** One cell of a {@link ComparisonManifest}. */
export type ComparedCell = ComparisonManifest['cells'][number];

/** File name of the record of a report. */
export const REPORT_MANIFEST_NAME = 'report_manifest.json';

/** A report and its figures; `report_manifest.json` beside it. */
export const reportManifestKind = defineManifest({
  name: 'report_manifest',
  title: 'record of a report',
  fileName: /^report_manifest\.json$/,
  schema: z.strictObject(
    z.lazyShape(() => ({ schema_version: schemaVersion, timestamp, ptychokit_version: z.string(), comparison: recordedFile, artifacts })),
  ),
  artifacts: ({ comparison, artifacts: own }) => [comparison, ...Object.entries(own).map(([name, digest]) => ({ path: name, ...digest }))],
});
