import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { digestFile, type FileDigest } from '../file-digest.js';
import { throwIfInterrupted } from '../interruption-error.js';
import { archiveManifestKind } from '../manifests/archive-manifest.js';
import { ManifestError } from '../manifests/manifest-error.js';
import { parseManifest } from '../manifests/manifest-file.js';
import type { ArtifactClaim, ManifestKind } from '../manifests/manifest-kind.js';
import { manifestKindOf } from '../manifests/manifest-kinds.js';
import { unseal } from '../manifests/manifest-seal.js';
import { resolveRecorded } from '../manifests/recorded-path.js';
import type { RunObserver } from '../run-event.js';
import { findManifests } from './find-manifests.js';

/** One thing that is not as the evidence says. */
export interface VerifyFinding {
  /** `missing`, `changed`: a file; `edited`, `invalid`, `unreadable`: a manifest; `no-manifest`: the directory. */
  readonly kind: 'missing' | 'changed' | 'edited' | 'invalid' | 'unreadable' | 'no-manifest';
  /** Relative to the verified directory where it lies under it. */
  readonly path: string;
  /** The manifest that speaks of the file. */
  readonly manifest: string | null;
  readonly detail: string;
}

/** What {@link verifyEvidence} found. */
export interface VerifyReport {
  readonly root: string;
  readonly ok: boolean;
  readonly manifests: number;
  /** Files that were digested, each once. */
  readonly files: number;
  readonly bytes: number;
  readonly findings: readonly VerifyFinding[];
  /** Files that manifests name and that are not there for good reasons: they lie elsewhere, or are checkpoints of a finished run. */
  readonly unchecked: readonly string[];
}

/** How to verify. */
export interface VerifyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: RunObserver | undefined;
}

/**
 * Checks everything under a directory: every manifest against its schema and its seal, and every file that a manifest vouches for against
 * its digest. Nothing is changed.
 *
 * @throws UsageError there is no such directory
 * @throws InterruptedError aborted through `signal`
 */
export async function verifyEvidence(root: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  const paths = await findManifests(root);
  const check = new EvidenceCheck(
    resolve(root),
    paths.some((path) => archiveManifestKind.fileName.test(basename(path))),
  );
  for (const [i, path] of paths.entries()) {
    throwIfInterrupted(options.signal, { stage: `checking ${path}` });
    await check.manifest(path, options.signal);
    options.onEvent?.({ type: 'count', label: 'manifests', done: i + 1, total: paths.length });
  }
  return check.report(root, paths.length);
}

class EvidenceCheck {
  readonly #root: string;
  readonly #isArchive: boolean;
  readonly #digests = new Map<string, FileDigest | null>();
  readonly #findings: VerifyFinding[] = [];
  readonly #unchecked = new Set<string>();

  constructor(root: string, isArchive: boolean) {
    this.#root = root;
    this.#isArchive = isArchive;
  }

  async manifest(path: string, signal: AbortSignal | undefined): Promise<void> {
    const kind = manifestKindOf(basename(path)) as ManifestKind;
    const text = await readFile(path, 'utf8');
    let content: unknown;
    try {
      content = parseManifest(text, kind, path);
    } catch (error) {
      if (!(error instanceof ManifestError) || error.reason === 'missing') throw error;
      this.#findings.push({ kind: error.reason, path: this.#name(path), manifest: null, detail: error.what });
      // What an edited manifest says of its files is checked all the same.
      if (error.reason === 'edited') content = unseal(JSON.parse(text)).content;
    }
    if (content === undefined) return;
    for (const claim of kind.artifacts(content)) {
      throwIfInterrupted(signal, { stage: `checking ${claim.path}` });
      await this.#claim(claim, { manifest: path, isOptional: this.#isArchive && kind !== (archiveManifestKind as unknown) });
    }
  }

  report(root: string, manifests: number): VerifyReport {
    const found = [...this.#digests.values()].filter((digest) => digest !== null);
    const none = {
      kind: 'no-manifest',
      path: '.',
      manifest: null,
      detail: 'no manifest was found here, so nothing vouches for the files',
    } as const;
    const findings = manifests === 0 ? [none] : this.#findings;
    const bytes = found.reduce((sum, digest) => sum + digest.bytes, 0);
    return { root, ok: findings.length === 0, manifests, files: found.length, bytes, findings, unchecked: [...this.#unchecked] };
  }

  async #claim(claim: ArtifactClaim, { manifest, isOptional }: { readonly manifest: string; readonly isOptional: boolean }): Promise<void> {
    const path = resolveRecorded(dirname(manifest), claim.path);
    const digest = await this.#digest(path);
    const add = (kind: 'missing' | 'changed', detail: string): void => {
      // Several manifests may vouch for one file, which is one finding.
      if (this.#findings.some((finding) => finding.kind === kind && finding.path === this.#name(path))) return;
      this.#findings.push({ kind, path: this.#name(path), manifest: this.#name(manifest), detail });
    };
    if (digest === null) {
      // An archive holds a part of the files; what lies elsewhere may be gone for good reasons, and so may checkpoints.
      if (isOptional || claim.optional === true || this.#isOutside(path)) this.#unchecked.add(this.#name(path));
      else add('missing', 'the file is not there');
    } else if (claim.sha256 !== undefined && digest.sha256 !== claim.sha256) {
      add('changed', `SHA256 should be ${claim.sha256}, is ${digest.sha256}`);
    } else if (claim.bytes !== undefined && digest.bytes !== claim.bytes) {
      add('changed', `should have ${claim.bytes} bytes, has ${digest.bytes}`);
    }
  }

  async #digest(path: string): Promise<FileDigest | null> {
    const known = this.#digests.get(path);
    if (known !== undefined) return known;
    const digest = await digestFile(path).catch(() => null);
    this.#digests.set(path, digest);
    return digest;
  }

  #isOutside(path: string): boolean {
    const inside = relative(this.#root, path);
    return inside.startsWith('..') || isAbsolute(inside);
  }

  #name(path: string): string {
    const full = resolve(path);
    return this.#isOutside(full) ? full : relative(this.#root, full);
  }
}
