import type { DeepReadonly } from '@ptychokit/config';
import * as z from '@ptychokit/config/zod';

/** A file that a manifest vouches for. */
export interface ArtifactClaim {
  /** As recorded: relative to the directory of the manifest, or absolute when the file does not lie under it. */
  readonly path: string;
  /** Absent when only the presence of the file is claimed. */
  readonly sha256?: string | undefined;
  readonly bytes?: number | undefined;
  /** True for a file that may be deleted; while it is there, it has to be as recorded. */
  readonly optional?: boolean | undefined;
}

/** What a list of files by their path below the manifest claims. Checkpoints have served their purpose when a run is finished. */
export const claimsOf = (files: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>>): readonly ArtifactClaim[] =>
  Object.entries(files).map(([path, digest]) => ({ path, ...digest, ...(isCheckpoint(path) ? { optional: true } : {}) }));

/** True for the path of a file among the checkpoints of a run. */
export const isCheckpoint = (path: string): boolean => path.split('/').includes('checkpoints');

/** One kind of manifest: what stands in it, how its files are called, which other files it vouches for. */
export interface ManifestKind<T = unknown> {
  /** Also the name of its JSON Schema, `docs/schemas/<name>.schema.json`. */
  readonly name: string;
  readonly title: string;
  /** Recognises the manifest by the name of its file. */
  readonly fileName: RegExp;
  readonly schema: z.ZodType<T>;
  /** The files that a manifest vouches for. */
  // A method, so that a list of kinds of every content has one type.
  artifacts(manifest: T): readonly ArtifactClaim[];
}

/** What a {@link ManifestKind} is defined with. */
export interface ManifestDefinition<S extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly fileName: RegExp;
  /** Keys in snake_case; a strict object, so that a misspelt key is an error. */
  readonly schema: S;
  /** Default: no other files. */
  readonly artifacts?: (manifest: DeepReadonly<z.output<S>>) => readonly ArtifactClaim[];
}

/** Declares a kind of manifest. */
export function defineManifest<S extends z.ZodObject>(definition: ManifestDefinition<S>): ManifestKind<DeepReadonly<z.output<S>>> {
  const { schema, artifacts = () => [], ...rest } = definition;
  return { ...rest, schema: schema as unknown as z.ZodType<DeepReadonly<z.output<S>>>, artifacts };
}

/** The content of a manifest of a kind. */
export type ManifestOf<K extends ManifestKind> = K extends ManifestKind<infer T> ? T : never;

/** JSON Schema (draft 2020-12) of the files of a kind, the seal included. */
export function manifestJsonSchema(kind: ManifestKind): Record<string, unknown> {
  const schema = (kind.schema as unknown as z.ZodObject).extend({ [SEAL_KEY]: sealSchema });
  return { title: kind.title, ...(z.toJSONSchema(schema) as Record<string, unknown>) };
}

/** Field that holds the digest of everything else in a manifest. */
export const SEAL_KEY = 'manifest_sha256';

const sealSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('SHA256 of the canonical JSON (RFC 8785) of this document without this field.');
