import { z } from 'zod';
import { dose, fileDigest, path, recordedFile, schemaVersion, timestamp } from './manifest-fields.js';
import { defineManifest, type ManifestOf } from './manifest-kind.js';

/** File name of the manifest of phase C. */
export const RUN_MANIFEST_NAME = 'run_manifest.json';

const doseRecord = z.strictObject({
  dose,
  directory: path,
  status: z.enum(['completed', 'failed']),
  error: z.string().nullable().describe('Why the dose failed; null when it did not.'),
  frames: z.int().min(0),
  train_frames: z.int().min(0),
  test_frames: z.int().min(0),
  intensity_scale: z.number().positive().nullable().describe('counts = (intensity_scale * amplitude)^2; null when the dose failed.'),
  request_sha256: z.string().describe('Digest of all that decides the files of this dose.'),
  files: z.record(z.string(), recordedFile).describe('simulated_raw, canonical, patched, patched_train, patched_test.'),
});

/** What phase C made; `run_manifest.json` under its root. */
export const runManifestKind = defineManifest({
  name: 'run_manifest',
  title: 'manifest of generated data',
  fileName: /^run_manifest\.json$/,
  schema: z.strictObject({
    schema_version: schemaVersion,
    timestamp,
    ptychokit_version: z.string(),
    base_npz: z.strictObject({ name: z.string(), ...fileDigest.shape }).describe('The base scan: name and identity.'),
    base_facts: z.strictObject({
      frame_size: z.int().min(1).describe('N, pixels.'),
      positions: z.int().min(1),
      object_shape: z.array(z.int()).length(2),
      probe_shape: z.array(z.int()).min(2).max(3),
    }),
    seed: z.int().describe('Seed of the photon noise.'),
    split_axis: z.enum(['x', 'y']),
    train_fraction: z.number().gt(0).lt(1),
    doses: z.array(doseRecord),
  }),
  artifacts: ({ doses }) => doses.flatMap(({ files }) => Object.values(files)),
});

/** Content of `run_manifest.json`. */
export type RunManifest = ManifestOf<typeof runManifestKind>;

/** One dose of a {@link RunManifest}. */
export type RunManifestDose = RunManifest['doses'][number];
