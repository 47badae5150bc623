import * as z from '@ptychokit/config/zod';
import { dose, recordedFile, schemaVersion, sha256, timestamp } from './manifest-fields.js';
import { defineManifest, type ManifestOf } from './manifest-kind.js';

/** File name of the record of one dose. */
export const DOSE_RECORD_NAME = 'dose_record.json';

/** How one dose of phase C ended. */
export const doseResult = z.strictObject(
  z.lazyShape(() => ({
    status: z.enum(['completed', 'failed', 'dry_run']),
    error: z.string().nullable().describe('Why the dose failed; null when it did not.'),
    frames: z.int().min(0),
    train_frames: z.int().min(0),
    test_frames: z.int().min(0),
    intensity_scale: z.number().positive().nullable().describe('counts = (intensity_scale * amplitude)^2; null where it is not known.'),
    files: z.record(z.string(), recordedFile).describe('simulated_raw, canonical, patched, patched_train, patched_test.'),
  })),
);

/** What stands in the directory of one dose; `dose_record.json`, its last file. A dose counts as done when its record is verified. */
export const doseRecordKind = defineManifest({
  name: 'dose_record',
  title: 'record of a dose',
  fileName: /^dose_record\.json$/,
  schema: z.strictObject(
    z.lazyShape(() => ({
      schema_version: schemaVersion,
      timestamp,
      ptychokit_version: z.string(),
      dose,
      request_sha256: sha256.describe('Digest of all that decides the files: base scan, dose, seed, split, version.'),
      result: doseResult,
    })),
  ),
  artifacts: ({ result }) => Object.values(result.files),
});

/** Content of `dose_record.json`. */
export type DoseRecord = ManifestOf<typeof doseRecordKind>;

/** How one dose of phase C ended. */
export type DoseResult = DoseRecord['result'];
