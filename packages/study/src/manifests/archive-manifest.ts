import * as z from '@ptychokit/config/zod';
import { recordedFile, schemaVersion, timestamp } from './manifest-fields.js';
import { defineManifest, type ManifestOf } from './manifest-kind.js';

/** File name of the manifest of an evidence hub. */
export const ARCHIVE_MANIFEST_NAME = 'archive_manifest.json';

/** What an evidence hub holds; `analysis/archive_manifest.json`. */
export const archiveManifestKind = defineManifest({
  name: 'archive_manifest',
  title: 'manifest of an archive',
  fileName: /^archive_manifest\.json$/,
  schema: z.strictObject(
    z.lazyShape(() => ({
      schema_version: schemaVersion,
      timestamp,
      ptychokit_version: z.string(),
      files: z.array(recordedFile).describe('Every file of the hub but this one, relative to this one.'),
    })),
  ),
  artifacts: ({ files }) => files,
});

/** Content of `archive_manifest.json`. */
export type ArchiveManifest = ManifestOf<typeof archiveManifestKind>;
