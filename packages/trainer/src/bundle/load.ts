import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LegacyParams, type ModelConfig, parseTrainingConfig } from '@ptychokit/config';
import { readNpy, toComplex64 } from '@ptychokit/memmap-bridge';
import { BundleError } from '../errors.js';
import { buildModel } from '../models/definition.js';
import type { TrainedModel } from '../models/trained-model.js';
import type { Scales } from '../scales.js';
import { unpackArchive } from './archive.js';
import { sha256 } from './digest.js';
import { BUNDLE_NAME, BUNDLE_VERSION, type BundleManifest, MEMBERS } from './members.js';
import { decodeWeights } from './weights-hdf5.js';

type Members = Readonly<Record<string, Uint8Array>>;

/**
 * Loads a model archive; every member is verified against the manifest before it is used, and nothing in it is executed.
 *
 * @param path the archive, or a directory with `wts.h5.zip` in it
 * @throws BundleError no archive there; one that is damaged, tampered with, of another version, or of another program
 */
export async function loadBundle(path: string): Promise<TrainedModel> {
  const file = await locate(path);
  return parseBundle(await readFile(file), file);
}

/** As {@link loadBundle}, from bytes. */
export async function parseBundle(bytes: Uint8Array, where = 'model archive'): Promise<TrainedModel> {
  const members = unpackArchive(bytes, where);
  refuseForeign(members, where);
  verify(members, readManifest(members, where), where);
  const config = parseTrainingConfig(parseJson(members, MEMBERS.config, where));
  const params = new LegacyParams();
  params.bridge(config);
  const { canvasSize, ...scales } = parseJson(members, MEMBERS.scales, where) as Scales & { readonly canvasSize: number };
  assertScales({ ...scales, canvasSize }, where);
  assertMeanFrame(scales, config.model, where);
  const probe = toComplex64(readNpy(members[MEMBERS.probe] as Uint8Array, `${where}#${MEMBERS.probe}`));
  const model = buildModel(config, params, { scales, probe, canvasSize });
  const values = await decodeWeights(members[MEMBERS.autoencoder] as Uint8Array, model.specs, `${where}#${MEMBERS.autoencoder}`);
  return { ...model, values };
}

async function locate(path: string): Promise<string> {
  try {
    const file = (await stat(path)).isDirectory() ? join(path, BUNDLE_NAME) : path;
    await stat(file);
    return file;
  } catch (cause) {
    throw new BundleError('There is no model archive', {
      where: path,
      fix: `give the output directory of a training run, or a ${BUNDLE_NAME}`,
      cause,
    });
  }
}

function refuseForeign(members: Members, where: string): void {
  if (!('manifest.dill' in members)) return;
  throw new BundleError('The archive was written by a Python program of the PtychoPINN family (it has manifest.dill)', {
    where,
    fix: 'its pickles are not opened here; export the weights there to an NPZ file and load them with importWeights',
  });
}

function readManifest(members: Members, where: string): BundleManifest {
  if (!(MEMBERS.manifest in members)) {
    throw new BundleError(`The archive has no ${MEMBERS.manifest}`, { where, fix: 'give an archive written by ptychokit' });
  }
  const manifest = parseJson(members, MEMBERS.manifest, where) as Partial<BundleManifest>;
  if (manifest.backend !== 'tfjs' || manifest.version !== BUNDLE_VERSION || typeof manifest.members !== 'object') {
    throw new BundleError(`The archive is of backend '${manifest.backend}', version '${manifest.version}'`, {
      where,
      fix: `this program reads backend 'tfjs', version '${BUNDLE_VERSION}'; use the version of ptychokit that wrote it (${manifest.created_by})`,
    });
  }
  return manifest as BundleManifest;
}

function verify(members: Members, manifest: BundleManifest, where: string): void {
  const expected = new Set([...Object.values(MEMBERS).filter((name) => name !== MEMBERS.manifest), ...Object.keys(manifest.members)]);
  for (const name of expected) {
    const bytes = members[name];
    const stated = manifest.members[name];
    if (bytes === undefined)
      throw new BundleError(`Member '${name}' is missing`, { where, fix: 'copy the archive again from where it was made' });
    const actual = sha256(bytes);
    if (actual !== stated) {
      throw new BundleError(`Member '${name}' has the SHA256 ${actual}, the manifest says ${stated}`, {
        where,
        fix: 'the archive was changed after it was written; copy it again from where it was made',
      });
    }
  }
  const extra = Object.keys(members).find((name) => name !== MEMBERS.manifest && !expected.has(name));
  if (extra !== undefined) throw new BundleError(`Member '${extra}' is not in the manifest`, { where, fix: 'do not trust this file' });
}

function parseJson(members: Members, name: string, where: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(members[name]));
  } catch (cause) {
    throw new BundleError(`Member '${name}' is not JSON`, { where, cause });
  }
}

function assertScales(scales: Readonly<Record<string, unknown>>, where: string): void {
  for (const key of ['inputScale', 'countScale', 'meanCounts', 'probeScale', 'canvasSize']) {
    const value = scales[key];
    if (!(typeof value === 'number' && Number.isFinite(value) && value > 0)) {
      throw new BundleError(`The scale '${key}' is ${JSON.stringify(value)}`, {
        where: `${where}#${MEMBERS.scales}`,
        fix: 'expected a positive number',
      });
    }
  }
}

/** A mean frame is there exactly when the model was trained with one. */
function assertMeanFrame({ meanFrame }: Scales, { N, inputCentring }: ModelConfig, where: string): void {
  const fits = Array.isArray(meanFrame) && meanFrame.length === N ** 2 && meanFrame.every(Number.isFinite);
  if (inputCentring ? fits : meanFrame === undefined) return;
  throw new BundleError(
    inputCentring ? `The mean frame is not ${N} x ${N} finite numbers` : 'There is a mean frame, and the model uses none',
    {
      where: `${where}#${MEMBERS.scales}`,
      fix: 'copy the archive again from where it was made',
    },
  );
}
