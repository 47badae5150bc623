import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { configDigest, isPtychoError, loadTrainingConfig } from '@ptychokit/config';
import { type ComplexImage, pixelsIn } from '@ptychokit/metrics';
import { type RunOptions, type RunServices, runServices } from '../compose.js';
import { digestFile, type FileDigest } from '../file-digest.js';
import { asInterruption, throwIfInterrupted } from '../interruption-error.js';
import { lockDirectory } from '../locks/directory-lock.js';
import { CELL_RECORD_NAME, cellRecordKind } from '../manifests/comparison-manifest.js';
import { readManifest, writeManifest } from '../manifests/manifest-file.js';
import { recordedPath, withPathsFrom } from '../manifests/recorded-path.js';
import { splitMetricsKind } from '../manifests/split-metrics.js';
import { asOutputError } from '../output-error.js';
import { packageVersion } from '../package-version.js';
import { writeCellImages } from './cell-images.js';
import { writeCellObjects } from './cell-objects.js';
import { type CellTruth, onGridOf, truthOf } from './cell-truth.js';
import { type CellOutcome, type ComparedMethod, type ComparisonCell, failedCell } from './comparison-cell.js';
import { findMethodInputs, type MethodInput } from './method-inputs.js';
import { objectOf } from './object-of.js';
import { scoreObject } from './score-object.js';

/** Version of what is computed here. */
const COMPARISON_VERSION = 2;

/**
 * Compares the methods of one cell: each object is laid over the truth in the same way and scored on the same pixels; what is missing is a
 * row with a reason. Writes images and, last, the record of the cell.
 *
 * @throws InterruptedError aborted through `signal`
 */
export async function runCell(cell: ComparisonCell, options: RunOptions = {}): Promise<CellOutcome> {
  const services = runServices(options);
  try {
    throwIfInterrupted(services.signal, { stage: 'the comparison' });
    await mkdir(cell.artifactDir, { recursive: true });
    using _lock = await lockDirectory(cell.artifactDir, { wait: true, signal: services.signal });
    const outcome = await recallCell(cell);
    return outcome ?? (await compare(cell, services));
  } catch (error) {
    const reason = asInterruption(asOutputError(error, cell.artifactDir), services.signal);
    if (isPtychoError(reason, 'INTERRUPTED')) throw reason;
    return failedCell(reason);
  }
}

/** What the record of a cell says; null where there is none that is intact. */
export async function readCell({ artifactDir }: Pick<ComparisonCell, 'artifactDir'>): Promise<CellOutcome | null> {
  const record = await readManifest(join(artifactDir, CELL_RECORD_NAME), cellRecordKind).catch(() => null);
  return record === null ? null : record.result;
}

/** The outcome of a cell that was compared before: same inputs and every file as recorded; null where it has to be done. */
export async function recallCell(cell: ComparisonCell): Promise<CellOutcome | null> {
  const known = await readCell(cell);
  if (known?.status !== 'completed' || known.request_sha256 !== (await requestOf(cell).catch(() => null))?.sha256) return null;
  for (const [name, { sha256 }] of Object.entries(known.artifacts)) {
    if ((await digestFile(join(cell.artifactDir, name)).catch(() => undefined))?.sha256 !== sha256) return null;
  }
  return known;
}

interface CellRequest {
  readonly sha256: string;
  readonly scan: FileDigest;
  readonly inputs: readonly MethodInput[];
}

/** All that decides an outcome. */
async function requestOf(cell: ComparisonCell): Promise<CellRequest> {
  const [scan, inputs] = [await digestFile(cell.scanPath), await findMethodInputs(cell)];
  const files = inputs.map((input) => (input.found ? input.inputs.map(({ sha256 }) => sha256) : input.reason));
  const overlap = await readFile(cell.overlapPath, 'utf8').catch(() => null);
  const settings = { version: [packageVersion(), COMPARISON_VERSION], threshold: cell.regionThreshold, asked: cell.overlap };
  return { sha256: configDigest({ ...settings, scan: scan.sha256, files, overlap }), scan, inputs };
}

async function compare(cell: ComparisonCell, services: RunServices): Promise<CellOutcome> {
  const started_ms = services.clock.now().getTime();
  await rm(join(cell.artifactDir, CELL_RECORD_NAME), { force: true });
  const request = await requestOf(cell);
  await using bridge = services.bridgeFactory(cell.scanPath, loadTrainingConfig({ overrides: { trainDataFile: cell.scanPath } }));
  const raw = await bridge.rawData();
  const truth = truthOf(raw, { threshold: cell.regionThreshold });
  const methods: ComparedMethod[] = [];
  const aligned: Record<string, ComplexImage> = {};
  let rings: Rings = NO_RINGS;
  for (const input of request.inputs) {
    throwIfInterrupted(services.signal, { stage: `comparing ${input.label}` });
    const {
      row,
      image,
      rings: found,
    } = await scoreMethod(input, {
      cell,
      truth,
      object: async (found) => objectOf(found, { raw, cell, services }),
    });
    methods.push(row);
    if (image !== null) aligned[input.method] = image;
    if (found.size > rings.size) rings = found;
  }
  const images = await writeCellImages({ dir: cell.artifactDir, truth: truth.object, region: truth.region, aligned });
  const artifacts: Record<string, FileDigest> = {};
  const objects = await writeCellObjects(cell.artifactDir, { truth: truth.object, region: truth.region, aligned });
  for (const file of [...(images?.files ?? []), objects]) artifacts[file] = await digestFile(join(cell.artifactDir, file));
  const { rimPx, region } = truth;
  const outcome: CellOutcome = {
    ...{ status: 'completed', error: null, request_sha256: request.sha256, methods, artifacts },
    ...{ frc_size_px: rings.size, frc_ring_pixels: [...rings.counts] },
    scan: { path: recordedPath(cell.artifactDir, cell.scanPath, cell), ...request.scan },
    region: { pixels: pixelsIn(region), threshold: cell.regionThreshold, rim_px: rimPx },
    overlap: await overlapOf(cell),
    scales: Object.fromEntries(Object.entries(images?.scales ?? {}).map(([name, [low, high]]) => [name, [low, high]])),
    image_shape: images === null ? null : [images.shape[0], images.shape[1]],
    seconds: Math.max(0, services.clock.now().getTime() - started_ms) / 1e3,
  };
  await writeCell(cell, outcome, services.clock.now());
  return outcome;
}

/** Rings in which correlations are counted: edge of their square, and pixels in each. */
interface Rings {
  readonly size: number;
  readonly counts: readonly number[];
}

const NO_RINGS: Rings = { size: 0, counts: [] };

interface MethodToScore {
  readonly cell: ComparisonCell;
  readonly truth: CellTruth;
  readonly object: (input: Extract<MethodInput, { found: true }>) => ReturnType<typeof objectOf>;
}

/** One row; a method that cannot be scored is one with its reason. */
async function scoreMethod(
  input: MethodInput,
  { cell, truth, object }: MethodToScore,
): Promise<{ readonly row: ComparedMethod; readonly image: ComplexImage | null; readonly rings: Rings }> {
  const named = { method: input.method, label: input.label };
  if (!input.found) return { row: { ...EMPTY_ROW, ...named, status: 'missing', reason: input.reason }, image: null, rings: NO_RINGS };
  const { loss, config_sha256, train_s } = input.facts;
  const inputs = input.inputs.map((file) => ({ ...file, path: recordedPath(cell.artifactDir, file.path, cell) }));
  const known = { ...EMPTY_ROW, ...named, loss, config_sha256, inputs };
  try {
    const placed = await object(input);
    const { aligned, frcSize: size, frcCounts: counts, metrics, ...scored } = scoreObject(truth, onGridOf(truth.object, placed));
    const timings_s = { train: train_s, reconstruct: placed.seconds };
    const row = {
      ...known,
      ...scored,
      status: 'scored' as const,
      timings_s,
      metrics: { ...metrics, relative_residual: placed.relativeResidual },
    };
    return { row, image: aligned, rings: { size, counts } };
  } catch (error) {
    if (isPtychoError(error, 'INTERRUPTED')) throw error;
    const reason = withPathsFrom(cell.within, error instanceof Error ? error.message : String(error));
    return { row: { ...known, status: 'failed', reason }, image: null, rings: NO_RINGS };
  }
}

const EMPTY_ROW: Omit<ComparedMethod, 'method' | 'label' | 'status'> = {
  reason: null,
  metrics: {},
  undefined_because: {},
  notes: [],
  alignment: null,
  frc: [],
  loss: [],
  timings_s: { train: null, reconstruct: null },
  inputs: [],
  config_sha256: null,
};

async function overlapOf({ overlap, overlapPath }: ComparisonCell): Promise<CellOutcome['overlap']> {
  const measured = await readManifest(overlapPath, splitMetricsKind).catch(() => null);
  return {
    asked: overlap,
    group: measured?.metric_1_group_based_avg ?? null,
    image: measured?.metric_2_image_based_avg ?? null,
    group_to_group: measured?.metric_3_group_to_group_avg ?? null,
    images: measured?.n_images_subsampled ?? null,
  };
}

async function writeCell(cell: ComparisonCell, result: CellOutcome, now: Date): Promise<void> {
  const { dose, view, split, gridsize } = cell;
  await writeManifest(join(cell.artifactDir, CELL_RECORD_NAME), cellRecordKind, {
    schema_version: 1,
    timestamp: now.toISOString(),
    ptychokit_version: packageVersion(),
    ...{ dose, view, split, gridsize },
    result,
  });
}
