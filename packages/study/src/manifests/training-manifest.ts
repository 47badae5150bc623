import type { DeepReadonly } from '@ptychokit/config';
import * as z from '@ptychokit/config/zod';
import { artifacts, dose, gridsize, path, schemaVersion, sha256, timestamp, viewName } from './manifest-fields.js';
import { type ArtifactClaim, claimsOf, defineManifest, type ManifestOf } from './manifest-kind.js';
import { dataFacts, engineFacts } from './run-record-kind.js';
import { skippedView } from './skip-summary.js';

/** File name of the manifest of phase E. */
export const TRAINING_MANIFEST_NAME = 'training_manifest.json';

const epoch = z.strictObject(
  z.lazyShape(() => ({
    epoch: z.int().min(1),
    train_loss: z.number(),
    val_loss: z.number().nullable(),
    learning_rate: z.number().min(0),
  })),
);

/** How one training job ended. */
export const trainingResult = z.strictObject(
  z.lazyShape(() => ({
    status: z.enum(['completed', 'failed', 'interrupted', 'dry_run']),
    error: z.string().nullable().describe('Why the job failed; null when it did not.'),
    final_loss: z.number().nullable(),
    epochs_completed: z.int().min(0),
    checkpoint_path: path.nullable(),
    bundle_path: path.nullable(),
    bundle_sha256: sha256.nullable(),
    metrics: z.record(z.string(), z.number().nullable()).describe('Final numbers by name.'),
    history: z.array(epoch).describe('Losses of every epoch.'),
    config_sha256: sha256.nullable().describe('Digest of the frozen configuration.'),
    seconds: z.number().min(0).nullable(),
    engine: engineFacts.nullable().describe('What computed.'),
    data: z.array(dataFacts).describe('The scans the job was trained on.'),
    artifacts,
  })),
);

const trainingJob = z.strictObject(
  z.lazyShape(() => ({
    dose,
    view: viewName,
    gridsize,
    model: z.enum(['pinn', 'supervised']).optional().describe('What the network learns from; pinn, the physics, when absent.'),
    train_data_path: path,
    test_data_path: path,
    log_path: path,
    artifact_dir: path,
    result: trainingResult,
  })),
);

/** What phase E trained; `training_manifest.json` under its root. */
export const trainingManifestKind = defineManifest({
  name: 'training_manifest',
  title: 'manifest of training jobs',
  fileName: /^training_manifest\.json$/,
  schema: z.strictObject(
    z.lazyShape(() => ({
      schema_version: schemaVersion,
      timestamp,
      ptychokit_version: z.string(),
      phase_c_root: path,
      phase_d_root: path,
      artifact_root: path,
      filters: z.strictObject({ dose: dose.nullable(), view: viewName.nullable(), gridsize: gridsize.nullable() }),
      dry_run: z.boolean(),
      jobs: z.array(trainingJob),
      skipped_views: z.array(skippedView),
      skipped_count: z.int().min(0),
      skip_summary_path: path.nullable(),
    })),
  ),
  artifacts: ({ jobs, skip_summary_path }) => [
    ...jobs.flatMap(({ result }) => resultClaims(result)),
    ...jobs.flatMap(({ artifact_dir, result }) => (result.status === 'completed' ? [{ path: `${artifact_dir}/job_result.json` }] : [])),
    ...(skip_summary_path === null ? [] : [{ path: skip_summary_path }]),
  ],
});

/** Content of `training_manifest.json`. */
export type TrainingManifest = ManifestOf<typeof trainingManifestKind>;

/** One job of a {@link TrainingManifest}. */
export type TrainingManifestJob = TrainingManifest['jobs'][number];

type Result = DeepReadonly<z.output<typeof trainingResult>>;

/** The bundle with its digest, and every other file the job left. */
function resultClaims({ bundle_path, bundle_sha256, artifacts: files }: Result): readonly ArtifactClaim[] {
  const others = claimsOf(files);
  if (bundle_path === null) return others;
  return [{ path: bundle_path, ...(bundle_sha256 === null ? {} : { sha256: bundle_sha256 }) }, ...others];
}
