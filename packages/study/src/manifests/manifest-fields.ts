import * as z from '@ptychokit/config/zod';

/** SHA256 of a file as `sha256sum` prints it. */
export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('SHA256, 64 hex digits.');

/** Identity of a file's content. */
export const fileDigest = z.strictObject(z.lazyShape(() => ({ sha256, bytes: z.int().min(0).describe('Size in bytes.') })));

/** Files by their path below the directory of the manifest. */
export const artifacts = z.record(z.string().min(1), fileDigest).describe('Files by their path below the directory of this document.');

/** A file with its identity. */
export const recordedFile = z.strictObject(z.lazyShape(() => ({ path: z.string().min(1), ...fileDigest.shape })));

export const timestamp = z.iso.datetime().describe('UTC, ISO 8601.');
export const dose = z.number().positive().describe('Mean photons per frame.');
export const viewName = z.string().min(1).describe('Name of the view.');
export const gridsize = z.int().min(1).describe('Frames per group along one edge.');
export const split = z.enum(['train', 'test']);
export const path = z
  .string()
  .min(1)
  .describe('Relative to the directory of this document where the file moves along with it, absolute otherwise.');
export const schemaVersion = z.literal(1).describe('Version of this layout.');
