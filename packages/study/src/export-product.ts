import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ComplexArray } from '@ptychokit/config';
import {
  DataFileError,
  MissingHintsError,
  NpzFile,
  type OpenScanOptions,
  openScan,
  productOfScan,
  type RawData,
  toComplex64,
  toFloat64,
  writePtychodusProduct,
} from '@ptychokit/memmap-bridge';
import { objectPixel_m } from '@ptychokit/physics';
import { UsageError } from './errors.js';
import { RUN_RECORD_NAME } from './run-record.js';
import { RECONSTRUCTION_FILES } from './write-reconstruction.js';

/** What to make a product of. */
export interface ExportProductOptions extends OpenScanOptions {
  /** Scan of the reconstruction; default: the one its record names. */
  readonly scan?: string | undefined;
  /** Keeps the frames beside the product, as `/raw_data`. */
  readonly withFrames?: boolean | undefined;
  readonly name?: string | undefined;
  readonly comments?: string | undefined;
  /** Checks everything and says what would be written, writes nothing; default false. */
  readonly dryRun?: boolean | undefined;
}

/** What was written, or would be. */
export interface ExportedProduct {
  readonly path: string;
  readonly positions: number;
  readonly objectShape: readonly number[];
  readonly probeShape: readonly number[];
  readonly objectPixel_m: number;
  readonly energy_eV: number;
  readonly distance_m: number;
}

/**
 * Writes a reconstruction, or a scan that carries an object, as a ptychodus product.
 *
 * @param source folder of a run with its `reconstruction.npz`, or a scan file
 * @throws UsageError a source without an object, or whose scan is not there
 * @throws MissingHintsError positions in metres need an object pixel that nobody said
 * @throws DataFileError the product cannot be written; nothing is left behind
 */
export async function exportPtychodusProduct(source: string, target: string, options: ExportProductOptions = {}): Promise<ExportedProduct> {
  const found = await describeSource(source, options);
  await using raw = await openScan(found.scan, options);
  const { object, origin, probe, loss } = found.reconstruction ?? ofScan(raw);
  if (probe.shape.at(-1) !== raw.frameSize)
    throw new UsageError(`The probe has ${probe.shape.at(-1)} x ${probe.shape.at(-1)} pixels and the frames of the scan ${raw.frameSize}`, {
      where: found.scan,
      fix: 'give the same --crop as for the reconstruction',
    });
  const { pixel, energy_eV, distance_m } = geometryOf(raw);
  const product = productOfScan(
    { raw, object, origin, probe, objectPixel_m: pixel },
    {
      name: options.name,
      comments: options.comments,
      detectorObjectDistance_m: distance_m,
      probeEnergy_eV: energy_eV,
      loss: { values: loss },
    },
  );
  const rawData = options.withFrames === true ? { ...raw } : undefined;
  if (options.dryRun !== true) await writePtychodusProduct(target, product, { rawData, signal: options.signal });
  return {
    path: target,
    positions: raw.frameCount,
    objectShape: object.shape,
    probeShape: probe.shape,
    objectPixel_m: pixel,
    energy_eV,
    distance_m,
  };
}

interface Reconstruction {
  readonly object: ComplexArray;
  readonly origin: { readonly x: number; readonly y: number };
  readonly probe: ComplexArray;
  readonly loss: Float64Array;
}

interface Source {
  readonly scan: string;
  readonly reconstruction?: Reconstruction;
}

async function describeSource(source: string, options: ExportProductOptions): Promise<Source> {
  const stats = await stat(source).catch((cause: unknown) => {
    throw new DataFileError('There is no such file or folder', { path: source, fix: 'check the path', cause });
  });
  if (!stats.isDirectory()) return { scan: source };
  return { scan: options.scan ?? (await recordedScan(source)), reconstruction: await readReconstruction(source) };
}

async function readReconstruction(folder: string): Promise<Reconstruction> {
  await using npz = await NpzFile.open(join(folder, RECONSTRUCTION_FILES.reconstruction));
  const [x = 0, y = 0] = toFloat64(await npz.read('origin'));
  const residual = npz.has('relative_residual') ? toFloat64(await npz.read('relative_residual')) : new Float64Array(0);
  return {
    object: toComplex64(await npz.read('object')),
    origin: { x, y },
    probe: toComplex64(await npz.read('probe')),
    loss: residual.slice(0, 1),
  };
}

function ofScan(raw: RawData): Reconstruction {
  const { objectGuess, probeGuess } = raw;
  if (objectGuess === undefined)
    throw new UsageError('The scan carries no object', { where: raw.source, fix: 'give the folder of a reconstruction' });
  return { object: objectGuess, origin: { x: 0, y: 0 }, probe: probeGuess, loss: new Float64Array(0) };
}

/** The record names the scan as the command was given it. */
async function recordedScan(folder: string): Promise<string> {
  const path = join(folder, RUN_RECORD_NAME);
  const fix = 'name the scan: --scan <file>';
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UsageError('The folder has no record that names its scan', { where: folder, fix, cause });
  });
  const scan = scanIn(text);
  if (scan !== undefined && (await stat(scan).catch(() => undefined))?.isFile()) return scan;
  throw new UsageError(`The scan of the reconstruction is not there: ${scan ?? 'not recorded'}`, { where: path, fix });
}

/** Where the commands keep the scan in their configuration: solve, fit, infer. */
const SCAN_KEYS = ['scanFile', 'trainDataFile', 'testDataFile'];

function scanIn(text: string): string | undefined {
  try {
    const { config } = JSON.parse(text) as { readonly config?: Readonly<Record<string, unknown>> };
    return SCAN_KEYS.map((key) => config?.[key]).find((named) => typeof named === 'string');
  } catch {
    return undefined;
  }
}

/** Energy and distance that nobody said are 0 in the product; the object pixel has to be known. */
function geometryOf(raw: RawData): { readonly pixel: number; readonly energy_eV: number; readonly distance_m: number } {
  const number = (name: string): number => {
    const value = raw.metadata[name];
    return typeof value === 'number' && value > 0 ? value : 0;
  };
  const [energy_eV, distance_m, detectorPixel_m] = [number('energy_eV'), number('distance_m'), number('detector_pixel_m')];
  const named = number('pixel_size_m');
  if (named > 0) return { pixel: named, energy_eV, distance_m };
  const missing = Object.entries({ energy_eV, distance_m, detectorPixel_m }).flatMap(([name, value]) => (value > 0 ? [] : [name]));
  if (missing.length > 0)
    throw new MissingHintsError(`A product has positions in metres, and the scan does not say ${missing.join(', ')}`, {
      missing,
      where: raw.source,
      fix: 'give the size of an object pixel: --object-pixel-m <number>, or --energy-ev, --distance-m and --detector-pixel-m',
    });
  return { pixel: objectPixel_m({ energy_eV, distance_m, detectorPixel_m, N: raw.frameSize }), energy_eV, distance_m };
}
