import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestFile, skipSummaryKind, type TrainingManifest, trainingManifestKind, writeManifest } from '@ptychokit/study';

type Job = TrainingManifest['jobs'][number];

/** Evidence as phase E leaves it: bundles, logs and checkpoints of two jobs, their manifest and skip summary; no training needed. */
export async function writeTrainingEvidence(root: string): Promise<void> {
  const timestamp = '2024-05-06T07:08:09.000Z';
  const skipped = [{ dose: 1000, view: 'sparse', reason: 'train: 2 of 30 images remain, a group needs 4' }];
  await writeManifest(join(root, 'skip_summary.json'), skipSummaryKind, { timestamp, skipped_views: skipped, skipped_count: 1 });
  await writeManifest(join(root, 'training_manifest.json'), trainingManifestKind, {
    schema_version: 1,
    timestamp,
    ptychokit_version: '0.0.0',
    phase_c_root: '/data/c',
    phase_d_root: '/data/d',
    artifact_root: '.',
    filters: { dose: null, view: null, gridsize: null },
    dry_run: false,
    jobs: [await job(root, { view: 'baseline', gridsize: 1 }), await job(root, { view: 'dense', gridsize: 2 })],
    skipped_views: skipped,
    skipped_count: 1,
    skip_summary_path: 'skip_summary.json',
  });
}

async function job(root: string, { view, gridsize }: { readonly view: string; readonly gridsize: number }): Promise<Job> {
  const dir = `dose_1000/${view}/gs${gridsize}`;
  const bundle = await put(root, `${dir}/wts.h5.zip`, `bundle of ${view} `.repeat(100));
  const checkpoint = await put(root, `${dir}/checkpoints/last.ckpt`, `state of ${view} `.repeat(50));
  const log = await put(root, `${dir}/train.log`, `trained ${view}\n`);
  return {
    ...{ dose: 1000, view, gridsize },
    ...{ train_data_path: '/data/train.npz', test_data_path: '/data/test.npz', log_path: `${dir}/train.log`, artifact_dir: dir },
    result: {
      ...{ status: 'failed', error: 'stopped for the test', final_loss: 0.25, epochs_completed: 2, checkpoint_path: null },
      ...{ bundle_path: `${dir}/wts.h5.zip`, bundle_sha256: bundle.sha256, metrics: {}, history: [] },
      ...{ config_sha256: null, seconds: 1, engine: null, data: [] },
      artifacts: { [`${dir}/checkpoints/last.ckpt`]: checkpoint, [`${dir}/train.log`]: log, [`${dir}/wts.h5.zip`]: bundle },
    },
  };
}

async function put(root: string, name: string, text: string): ReturnType<typeof digestFile> {
  await mkdir(dirname(join(root, name)), { recursive: true });
  await writeFile(join(root, name), text);
  return digestFile(join(root, name));
}
