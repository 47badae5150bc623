import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { canonicalJson, LegacyParams } from '@ptychokit/config';
import { writeNpy } from '@ptychokit/memmap-bridge';
import { BundleError } from '../errors.js';
import { networkSpecs } from '../models/network.js';
import type { TrainedModel } from '../models/trained-model.js';
import { CREATED_BY } from '../version.js';
import { packArchive } from './archive.js';
import { sha256 } from './digest.js';
import { BUNDLE_VERSION, type BundleManifest, MEMBERS } from './members.js';
import { portableConfig } from './portable-config.js';
import { encodeWeights } from './weights-hdf5.js';

/** A written archive. */
export interface WrittenBundle {
  readonly path: string;
  /** SHA256 of the file, lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** The bytes of a model archive: equal models give equal bytes. */
export async function bundleBytes(model: TrainedModel): Promise<Uint8Array> {
  const members = await bundleMembers(model);
  const manifest: BundleManifest = {
    models: ['autoencoder', 'diffraction_to_obj'],
    version: BUNDLE_VERSION,
    backend: 'tfjs',
    created_by: CREATED_BY,
    members: Object.fromEntries(Object.entries(members).map(([name, bytes]) => [name, sha256(bytes)])),
  };
  return packArchive({ ...members, [MEMBERS.manifest]: json(manifest) });
}

/**
 * Writes a model archive, whole or not at all (temporary name, flush, rename).
 *
 * @throws BundleError the file cannot be written
 */
export async function writeBundle(model: TrainedModel, path: string): Promise<WrittenBundle> {
  const bytes = await bundleBytes(model);
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new BundleError(`The model archive cannot be written: ${(cause as Error).message}`, {
      where: path,
      fix: 'check that the folder is writable and the disk has room',
      cause,
    });
  }
  return { path, sha256: sha256(bytes), bytes: bytes.length };
}

async function bundleMembers(model: TrainedModel): Promise<Record<string, Uint8Array>> {
  const config = portableConfig(model.config);
  const params = new LegacyParams();
  params.bridge(config);
  params.setIntensityScale(model.scales.countScale);
  return {
    [MEMBERS.params]: json(params.toRecord()),
    [MEMBERS.config]: json(config),
    [MEMBERS.scales]: json({ ...model.scales, canvasSize: model.canvasSize }),
    [MEMBERS.autoencoder]: await encodeWeights(model.specs, model.values),
    [MEMBERS.network]: await encodeWeights(networkSpecs(model.config.model), model.values),
    [MEMBERS.probe]: writeNpy(model.probe),
  };
}

const json = (value: unknown): Uint8Array => new TextEncoder().encode(`${canonicalJson(value)}\n`);
