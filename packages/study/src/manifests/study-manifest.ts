import * as z from '@ptychokit/config/zod';
import { recordedFile, schemaVersion, sha256, timestamp } from './manifest-fields.js';
import { defineManifest, type ManifestOf } from './manifest-kind.js';

const job = z.strictObject(
  z.lazyShape(() => ({
    label: z.string(),
    status: z.enum(['completed', 'failed', 'skipped']),
    detail: z.string().describe('What came of the job; of one that failed or was skipped, why.'),
  })),
);

const phase = z.strictObject(
  z.lazyShape(() => ({
    letter: z.string().min(1),
    command: z.string().min(1).describe('The command that does this phase alone.'),
    seconds: z.number().min(0).describe('What this run spent on it; little where the phase had been finished before.'),
    manifest: recordedFile.describe("The phase's own manifest."),
    jobs: z.array(job),
  })),
);

/** A whole study; `study_manifest.json` in its directory. */
export const studyManifestKind = defineManifest({
  name: 'study_manifest',
  title: 'manifest of a study',
  fileName: /^study_manifest\.json$/,
  schema: z.strictObject(
    z.lazyShape(() => ({
      schema_version: schemaVersion,
      timestamp,
      ptychokit_version: z.string(),
      status: z.enum(['unfinished', 'completed', 'failed']).describe('unfinished: under way, or stopped; failed: a job failed.'),
      design: z.strictObject({ ...recordedFile.shape, config_sha256: sha256.describe('Digest of the design, however it is written.') }),
      base_npz: z.strictObject({
        ...recordedFile.shape,
        request_sha256: sha256.nullable().describe('Digest of what it was simulated from; null where the file was given.'),
      }),
      pictures: z.array(recordedFile).describe('Figures of the object that was simulated.'),
      planned: z
        .array(z.string().min(1))
        .optional()
        .describe('Letters of the phases that were asked for; a study that is repeated without a choice goes on with them.'),
      phases: z.array(phase).describe('Phases that were carried out, in order.'),
    })),
  ),
  artifacts: ({ design, base_npz, pictures, phases }) => [design, base_npz, ...pictures, ...phases.map(({ manifest }) => manifest)],
});

/** Content of `study_manifest.json`. */
export type StudyManifest = ManifestOf<typeof studyManifestKind>;

/** One phase of a {@link StudyManifest}. */
export type StudyManifestPhase = StudyManifest['phases'][number];
