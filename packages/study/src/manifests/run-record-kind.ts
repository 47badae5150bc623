import * as z from '@ptychokit/config/zod';
import type { RunRecord } from '../run-record.js';
import { artifacts, schemaVersion, timestamp } from './manifest-fields.js';
import { claimsOf, defineManifest, type ManifestKind } from './manifest-kind.js';

/** The engine that computed. */
export const engineFacts = z.strictObject(
  z.lazyShape(() => ({
    backend: z.string(),
    versions: z.record(z.string(), z.string()),
    threads: z.int().min(0),
    deterministic: z.boolean(),
    instruction_sets: z.array(z.string()),
    warnings: z.array(z.string()),
  })),
);

const host = z.strictObject(
  z.lazyShape(() => ({
    platform: z.string(),
    release: z.string(),
    arch: z.string(),
    cpu: z.string(),
    cores: z.int().min(1),
    memory_bytes: z.int().min(0),
    node: z.string(),
  })),
);

/** Identity of an input file. */
export const dataFacts = z.strictObject(
  z.lazyShape(() => ({
    role: z.enum(['train', 'test', 'model']),
    name: z.string(),
    hints: z.record(z.string(), z.unknown()).optional(),
    sha256: z.string().optional(),
    bytes: z.int().optional(),
  })),
);

const history = z.strictObject(
  z.lazyShape(() => ({
    epochs_completed: z.int().min(0),
    best_epoch: z.int().min(0),
    end: z.string(),
    final_train_loss: z.number().nullable(),
    final_val_loss: z.number().nullable(),
    best_val_loss: z.number().nullable(),
  })),
);

/** Record of one run of `fit` or `infer`; `run.json`. */
export const runRecordKind: ManifestKind<RunRecord> = defineManifest({
  name: 'run',
  title: 'record of a run',
  fileName: /^run\.json$/,
  schema: z.strictObject(
    z.lazyShape(() => ({
      schema_version: schemaVersion,
      command: z.string(),
      ptychokit_version: z.string(),
      started_at: timestamp,
      finished_at: timestamp,
      config: z.unknown(),
      execution: z.record(z.string(), z.unknown()).nullable(),
      seeds: z.record(z.string(), z.int().nullable()),
      engine: engineFacts,
      host,
      data: z.array(dataFacts),
      conversions: z.array(z.string()),
      timings_s: z.record(z.string(), z.number()),
      history: history.nullable(),
      relative_residual: z.number(),
      artifacts,
    })),
  ),
  artifacts: (record) => claimsOf(record.artifacts),
}) as unknown as ManifestKind<RunRecord>;
