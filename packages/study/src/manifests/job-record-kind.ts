import * as z from '@ptychokit/config/zod';
import { dose, gridsize, schemaVersion, sha256, timestamp, viewName } from './manifest-fields.js';
import { claimsOf, defineManifest, type ManifestOf } from './manifest-kind.js';
import { trainingResult } from './training-manifest.js';

/** Name of the record, the last file of a job: by it a finished job is recognised. */
export const JOB_RECORD_NAME = 'job_result.json';

const input = z.strictObject(
  z.lazyShape(() => ({
    path: z.string().describe('As the job named it.'),
    sha256,
    bytes: z.int().min(0),
    mtime_ms: z.number().describe('While size and time of change are the same, the content is not digested again.'),
  })),
);

/** How a training job ended, and what it was; `job_result.json` in the directory of the job. */
export const jobRecordKind = defineManifest({
  name: 'job_result',
  title: 'record of a training job',
  fileName: /^job_result\.json$/,
  schema: z.strictObject(
    z.lazyShape(() => ({
      schema_version: schemaVersion,
      timestamp,
      ptychokit_version: z.string(),
      dose,
      view: viewName,
      gridsize,
      model: z.enum(['pinn', 'supervised']).optional().describe('What the network learns from; pinn, the physics, when absent.'),
      config_sha256: sha256.describe('Digest of the configuration without its paths.'),
      config: z.unknown(),
      inputs: z.array(input),
      host: z.record(z.string(), z.unknown()),
      result: trainingResult,
    })),
  ),
  artifacts: (record) => claimsOf(record.result.artifacts),
});

/** Content of a `job_result.json`. */
export type JobRecord = ManifestOf<typeof jobRecordKind>;
