import { PtychoError, type PtychoErrorDetails } from '@ptychokit/config';
import { NpzFile, toFloat32 } from '@ptychokit/memmap-bridge';
import type { ModelDefinition } from './definition.js';
import { type ParameterSpec, sizeOf } from './parameters.js';

/** Where a parameter comes from, and how its axes are ordered there. */
export interface WeightSource {
  /** Name of the array in the archive. */
  readonly key: string;
  /** Axes of the foreign array in the order of ours: `[2, 3, 1, 0]` turns (out, in, kh, kw) into [kh, kw, in, out]. Default: as they are. */
  readonly axes?: readonly number[] | undefined;
}

/** Gives the source of a parameter by its name, or null to keep its starting value. */
export type WeightMapping = (parameter: string) => WeightSource | null;

/** One line of the report of {@link importWeights}. */
export interface ImportedWeight {
  readonly parameter: string;
  readonly key: string | null;
  readonly shape: readonly number[];
}

/** Arrays that do not fit the model; `problems` has one line for each. */
export class WeightImportError extends PtychoError {
  readonly code = 'WEIGHT_IMPORT';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], details: PtychoErrorDetails) {
    super(`${problems.length} of the weights do not fit the model\n${problems.map((problem) => `  - ${problem}`).join('\n')}`, details);
    this.problems = problems;
  }
}

/**
 * Loads weights made elsewhere from an NPZ archive, by name.
 *
 * @returns values by parameter name, and a report of what came from where
 * @throws WeightImportError missing arrays and wrong shapes, all of them at once
 */
export async function importWeights(
  path: string,
  model: Pick<ModelDefinition, 'specs'>,
  mapping: WeightMapping,
): Promise<{ readonly values: ReadonlyMap<string, Float32Array>; readonly report: readonly ImportedWeight[] }> {
  await using file = await NpzFile.open(path);
  const values = new Map<string, Float32Array>();
  const report: ImportedWeight[] = [];
  const problems: string[] = [];
  for (const spec of model.specs) {
    const source = mapping(spec.name);
    report.push({ parameter: spec.name, key: source?.key ?? null, shape: spec.shape });
    if (source === null) continue;
    const result = await readWeight(file, spec, source);
    if (typeof result === 'string') problems.push(result);
    else values.set(spec.name, result);
  }
  if (problems.length > 0)
    throw new WeightImportError(problems, { where: path, fix: 'compare the mapping with the names and shapes in the archive' });
  return { values, report };
}

async function readWeight(file: NpzFile, spec: ParameterSpec, { key, axes }: WeightSource): Promise<Float32Array | string> {
  if (!file.has(key)) return `${spec.name}: the archive has no '${key}'`;
  const array = await file.read(key);
  const order = axes ?? array.shape.map((_, i) => i);
  const shape = order.map((axis) => array.shape[axis] as number);
  if (shape.join() !== spec.shape.join()) return `${spec.name}: expected [${spec.shape}], got [${shape}] from '${key}' [${array.shape}]`;
  return permuteAxes(toFloat32(array), array.shape, order);
}

/** Row-major array with its axes in another order. */
function permuteAxes(data: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const target = order.map((axis) => shape[axis] as number);
  const steps = order.map((axis) => strides[axis] as number);
  const index = target.map(() => 0);
  return new Float32Array(data.length).map(() => {
    const from = index.reduce((sum, i, axis) => sum + i * (steps[axis] as number), 0);
    for (let axis = target.length - 1; axis >= 0; axis--) {
      index[axis] = ((index[axis] as number) + 1) % (target[axis] as number);
      if (index[axis] !== 0) break;
    }
    return data[from] as number;
  });
}
