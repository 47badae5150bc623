import * as z from '@ptychokit/config/zod';
import { artifacts, dose, path, schemaVersion, sha256, split, timestamp, viewName } from './manifest-fields.js';
import { defineManifest, type ManifestOf } from './manifest-kind.js';
import { dataFacts, engineFacts } from './run-record-kind.js';
import { skippedView } from './skip-summary.js';

/** File name of the manifest of phase F. */
export const RECONSTRUCTION_MANIFEST_NAME = 'reconstruction_manifest.json';

/** Name of the record of one reconstruction, its last file: by it a finished job is recognised. */
export const RECONSTRUCTION_RECORD_NAME = 'reconstruction_result.json';

/** How one reconstruction ended. */
export const reconstructionResultFields = z.strictObject(
  z.lazyShape(() => ({
    status: z.enum(['completed', 'failed', 'dry_run']),
    error: z.string().nullable().describe('Why the job failed; null when it did not.'),
    method: z.string().nullable().describe('Algorithm: lsqml, epie or rpie.'),
    object_init: z.string().nullable().describe('What the object started from.'),
    noise_model: z.string().nullable(),
    epochs_completed: z.int().min(0),
    final_loss: z.number().nullable(),
    relative_residual: z.number().nullable(),
    config_sha256: sha256.nullable().describe('Digest of the configuration without its paths.'),
    solve_seconds: z.number().min(0).nullable().describe('Time of the iterations.'),
    seconds: z.number().min(0).nullable(),
    engine: engineFacts.nullable(),
    data: z.array(dataFacts),
    artifacts,
  })),
);

const jobPlace = { dose, view: viewName, split };

/** What phase F reconstructed; `reconstruction_manifest.json` under its root. */
export const reconstructionManifestKind = defineManifest({
  name: 'reconstruction_manifest',
  title: 'manifest of reconstructions',
  fileName: /^reconstruction_manifest\.json$/,
  schema: z.strictObject(
    z.lazyShape(() => ({
      schema_version: schemaVersion,
      timestamp,
      ptychokit_version: z.string(),
      phase_c_root: path,
      phase_d_root: path,
      artifact_root: path,
      filters: z.strictObject({ dose: dose.nullable(), view: viewName.nullable(), split: split.nullable() }),
      dry_run: z.boolean(),
      jobs: z.array(
        z.strictObject({ ...jobPlace, scan_path: path, log_path: path, artifact_dir: path, result: reconstructionResultFields }),
      ),
      skipped_views: z.array(skippedView),
      skipped_count: z.int().min(0),
      skip_summary_path: path.nullable(),
    })),
  ),
  artifacts: ({ jobs, skip_summary_path }) => [
    ...jobs.flatMap(({ result }) => Object.entries(result.artifacts).map(([name, digest]) => ({ path: name, ...digest }))),
    ...jobs.flatMap(({ artifact_dir, result }) =>
      result.status === 'completed' ? [{ path: `${artifact_dir}/${RECONSTRUCTION_RECORD_NAME}` }] : [],
    ),
    ...(skip_summary_path === null ? [] : [{ path: skip_summary_path }]),
  ],
});

/** Content of `reconstruction_manifest.json`. */
export type ReconstructionManifest = ManifestOf<typeof reconstructionManifestKind>;

/** How a reconstruction ended, and what it was; `reconstruction_result.json` in the directory of the job. */
export const reconstructionRecordKind = defineManifest({
  name: 'reconstruction_result',
  title: 'record of a reconstruction',
  fileName: /^reconstruction_result\.json$/,
  schema: z.strictObject(
    z.lazyShape(() => ({
      schema_version: schemaVersion,
      timestamp,
      ptychokit_version: z.string(),
      ...jobPlace,
      config_sha256: sha256.describe('Digest of the configuration without its paths.'),
      config: z.unknown(),
      input: z
        .strictObject({ path: z.string(), sha256, bytes: z.int().min(0) })
        .nullable()
        .describe('The scan; null where it was no file.'),
      host: z.record(z.string(), z.unknown()),
      result: reconstructionResultFields,
    })),
  ),
  artifacts: ({ result }) => Object.entries(result.artifacts).map(([path, digest]) => ({ path, ...digest })),
});

/** Content of a `reconstruction_result.json`. */
export type ReconstructionRecord = ManifestOf<typeof reconstructionRecordKind>;
