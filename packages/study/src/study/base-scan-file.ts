import { configDigest, type StudyDesign } from '@ptychokit/config';
import { digestFile } from '../file-digest.js';
import type { StudyManifest } from '../manifests/study-manifest.js';
import { packageVersion } from '../package-version.js';
import type { RunObserver } from '../run-event.js';
import { simulateScanFile } from '../simulation/simulate-scan-file.js';
import { completeSimulation, OBJECT_KINDS, PROBE_KINDS, SCAN_KINDS } from '../simulation/simulation-request.js';
import { baseScanRequest } from './base-scan-request.js';

/** The base scan of a study as its manifest names it, its path as it was given. */
export type BaseScanFile = StudyManifest['base_npz'];

/** Where the base of a study comes from. */
export interface BaseScanSource {
  /** A scan file of the user's own. */
  readonly given: string | undefined;
  /** Where a simulated one is kept. */
  readonly path: string;
  readonly design: StudyDesign;
  /** What an earlier run left. */
  readonly before: BaseScanFile | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: RunObserver;
}

/**
 * The base scan of a study: the one that was given, the one an earlier run simulated by the same request and that is unchanged, or a new
 * simulation.
 *
 * @throws ConfigError, UsageError the design asks for what cannot be simulated
 * @throws InterruptedError aborted through `signal`
 */
export async function provideBaseScan({ given, path, design, before, signal, onEvent }: BaseScanSource): Promise<BaseScanFile> {
  if (given !== undefined) return { path: given, ...(await digestFile(given)), request_sha256: null };
  const request = baseScanRequest(design);
  const request_sha256 = await requestDigest(design);
  const found = before?.request_sha256 === request_sha256 ? await digestFile(path).catch(() => undefined) : undefined;
  if (found !== undefined && found.sha256 === before?.sha256) return { path, ...found, request_sha256 };
  onEvent({ type: 'stage', stage: 'simulating the base scan' });
  await simulateScanFile(path, request, { signal, onEvent });
  return { path, ...(await digestFile(path)), request_sha256 };
}

/** Digest of all that decides the simulated base scan, files that it takes arrays from included. */
async function requestDigest(design: StudyDesign): Promise<string> {
  const request = completeSimulation(baseScanRequest(design));
  const kinds = { object: OBJECT_KINDS, probe: PROBE_KINDS, scan: SCAN_KINDS } as const;
  const files: Record<string, string> = {};
  for (const [name, made] of Object.entries(kinds)) {
    const source = request[name as keyof typeof kinds];
    if (!(made as readonly string[]).includes(source)) files[name] = (await digestFile(source)).sha256;
  }
  return configDigest({ request: { ...request, nphotons: String(request.nphotons) }, files, version: packageVersion() });
}
