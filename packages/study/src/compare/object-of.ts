import { LegacyParams, loadExecutionConfig } from '@ptychokit/config';
import { NpzFile, type RawData } from '@ptychokit/memmap-bridge';
import type { ComplexImage } from '@ptychokit/metrics';
import { loadBundle } from '@ptychokit/trainer';
import type { RunServices } from '../compose.js';
import { inferenceConfigFor } from '../inference-config-for.js';
import { loadRunEngine } from '../load-run-engine.js';
import { reconstructScan } from '../reconstruct-scan.js';
import type { ComparisonCell } from './comparison-cell.js';
import type { MethodInput } from './method-inputs.js';

/** An object with its place in the scan. */
export interface PlacedObject {
  readonly object: ComplexImage;
  /** Scan coordinates of object pixel (0, 0). */
  readonly origin: { readonly x: number; readonly y: number };
  readonly relativeResidual: number | null;
  readonly seconds: number | null;
}

/** The object of a method: inference and stitching of a network, or what an iterative engine wrote. */
export function objectOf(
  input: Extract<MethodInput, { found: true }>,
  { raw, cell, services }: { readonly raw: RawData; readonly cell: ComparisonCell; readonly services: RunServices },
): Promise<PlacedObject> {
  return input.method === 'iterative' ? storedObject(input) : networkObject(input.path, { raw, cell, services });
}

async function networkObject(
  path: string,
  { raw, cell, services }: { readonly raw: RawData; readonly cell: ComparisonCell; readonly services: RunServices },
): Promise<PlacedObject> {
  await loadRunEngine(cell.execution ?? loadExecutionConfig());
  const model = await loadBundle(path);
  const params = new LegacyParams();
  params.bridge(model.config);
  const overrides = { modelPath: path, testDataFile: cell.scanPath, outputDir: cell.artifactDir };
  const inference = inferenceConfigFor(model.config, { overrides });
  const { object, origin, relativeResidual, seconds } = await reconstructScan({ model, raw, inference }, services);
  return { object, origin, relativeResidual, seconds };
}

async function storedObject({ path, facts }: Extract<MethodInput, { found: true }>): Promise<PlacedObject> {
  await using file = await NpzFile.open(path);
  const [object, origin] = [await file.read('object'), await file.read('origin')];
  const [x = 0, y = 0] = origin.data as Float64Array;
  const image = { shape: object.shape, data: object.data as Float32Array };
  return { object: image, origin: { x, y }, relativeResidual: facts.relativeResidual, seconds: facts.reconstruct_s };
}
