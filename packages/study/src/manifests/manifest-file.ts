import { readFile } from 'node:fs/promises';
import { writeJsonAtomically } from '../atomic-write.js';
import { invalidManifest, ManifestError, schemaIssues } from './manifest-error.js';
import { type ManifestKind, SEAL_KEY } from './manifest-kind.js';
import { seal, unseal } from './manifest-seal.js';

/**
 * Validates a manifest, seals it and writes it in one step: at any instant there is the old file, the new one or none.
 *
 * @throws ManifestError the value does not fit the schema; nothing is written
 * @throws OutputError the file cannot be written
 */
export async function writeManifest<T extends object>(path: string, kind: ManifestKind<T>, value: T): Promise<void> {
  const parsed = kind.schema.safeParse(value);
  if (!parsed.success) throw invalidManifest(path, kind.title, schemaIssues(parsed.error));
  await writeJsonAtomically(path, seal(withoutUndefined(value)));
}

/**
 * Reads a manifest, checks that it is as it was written and that it fits its schema.
 *
 * @throws ManifestError missing, no JSON, edited, or not as the schema says; `reason` tells
 */
export async function readManifest<T>(path: string, kind: ManifestKind<T>): Promise<T> {
  return parseManifest(await readText(path), kind, path);
}

/** {@link readManifest} of a text; `path` is for the message. */
export function parseManifest<T>(text: string, kind: ManifestKind<T>, path: string): T {
  const { content, recorded, computed } = unseal(parseObject(text, path));
  const parsed = kind.schema.safeParse(content);
  if (!parsed.success) throw invalidManifest(path, kind.title, schemaIssues(parsed.error));
  if (recorded === computed) return parsed.data;
  const what =
    recorded === undefined
      ? `The ${kind.title} carries no '${SEAL_KEY}'`
      : `The ${kind.title} was changed after it was written: ${SEAL_KEY} says ${String(recorded)}, its content has ${computed}`;
  throw new ManifestError(what, { path, reason: 'edited', fix: 'restore the file, or repeat the command that wrote it' });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const missing = ['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '');
    const what = missing ? 'There is no such manifest' : `The manifest cannot be read (${(cause as NodeJS.ErrnoException).code})`;
    const fix = missing ? 'run the command that writes it' : 'check the permissions of the file';
    throw new ManifestError(what, { path, reason: missing ? 'missing' : 'unreadable', fix, cause });
  }
}

function parseObject(text: string, path: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    const what = `The manifest is no JSON: ${(cause as Error).message}`;
    throw new ManifestError(what, { path, reason: 'unreadable', fix: 'restore the file, or repeat the command that wrote it', cause });
  }
  if (typeof document === 'object' && document !== null && !Array.isArray(document)) return document as Record<string, unknown>;
  throw new ManifestError('The manifest is no JSON object', { path, reason: 'unreadable', fix: 'repeat the command that wrote it' });
}

/** JSON has no undefined: what is written must be what is sealed. */
const withoutUndefined = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
