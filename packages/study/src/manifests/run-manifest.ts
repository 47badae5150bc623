import * as z from '@ptychokit/config/zod';
import { DOSE_RECORD_NAME, doseResult } from './dose-record-kind.js';
import { dose, fileDigest, path, schemaVersion, timestamp } from './manifest-fields.js';
import { defineManifest, type ManifestOf } from './manifest-kind.js';

/** File name of the manifest of phase C. */
export const RUN_MANIFEST_NAME = 'run_manifest.json';

/** What phase C made; `run_manifest.json` under its root. */
export const runManifestKind = defineManifest({
  name: 'run_manifest',
  title: 'manifest of generated data',
  fileName: /^run_manifest\.json$/,
  schema: z.strictObject(
    z.lazyShape(() => ({
      schema_version: schemaVersion,
      timestamp,
      ptychokit_version: z.string(),
      base_npz: z.strictObject({ name: z.string(), ...fileDigest.shape }).describe('The base scan: name and identity.'),
      frame_size: z.int().min(1).describe('N, pixels.'),
      object_shape: z.array(z.int()).describe('Rows and columns of the object.'),
      probe_shape: z.array(z.int()),
      seed: z.int().describe('Seed of the photon noise.'),
      split_axis: z.enum(['x', 'y']),
      train_fraction: z.number().gt(0).lt(1),
      doses: z.array(z.strictObject({ dose, directory: path, ...doseResult.shape })),
    })),
  ),
  artifacts: ({ doses }) =>
    doses.flatMap(({ status, directory, files }) => [
      ...Object.values(files),
      ...(status === 'completed' ? [{ path: `${directory}/${DOSE_RECORD_NAME}` }] : []),
    ]),
});

/** Content of `run_manifest.json`. */
export type RunManifest = ManifestOf<typeof runManifestKind>;

/** One dose of a {@link RunManifest}. */
export type RunManifestDose = RunManifest['doses'][number];
