import { type Hdf5Dataset, type Hdf5Group, hdf5Bytes, isHdf5Dataset, readHdf5 } from '@ptychokit/memmap-bridge/hdf5';
import { BundleError } from '../errors.js';
import { type ParameterSpec, sizeOf } from '../models/parameters.js';

/**
 * Parameters as an HDF5 file: one dataset per parameter under the path of its name, row-major float32, with the attributes `shape`,
 * `layer` and `dtype`. Kernels of convolutions are `[height, width, in, out]`.
 */
export function encodeWeights(specs: readonly ParameterSpec[], values: ReadonlyMap<string, Float32Array>): Promise<Uint8Array> {
  const root: MutableGroup = { children: {} };
  for (const { name, shape } of specs) {
    const path = name.split('/');
    const leaf = path.pop() as string;
    const group = path.reduce((parent, part) => {
      const child = (parent.children[part] ?? { children: {} }) as MutableGroup;
      parent.children[part] = child;
      return child;
    }, root);
    group.children[leaf] = {
      array: { type: 'float32', shape, data: values.get(name) as Float32Array },
      attributes: { shape: Int32Array.from(shape), layer: path.join('/'), dtype: 'float32' },
    };
  }
  return hdf5Bytes(root);
}

interface MutableGroup {
  readonly children: Record<string, MutableGroup | Hdf5Dataset>;
}

/**
 * The parameters `specs` from an HDF5 file.
 *
 * @throws BundleError parameters that are missing, unknown, or of another shape or type
 */
export async function decodeWeights(bytes: Uint8Array, specs: readonly ParameterSpec[], where: string): Promise<Map<string, Float32Array>> {
  const found = new Map(flatten(await readHdf5(bytes)));
  const problems: string[] = [];
  const values = new Map<string, Float32Array>();
  for (const { name, shape } of specs) {
    const dataset = found.get(name);
    found.delete(name);
    if (dataset === undefined) problems.push(`${name} is missing`);
    else if (!(dataset.array.data instanceof Float32Array)) problems.push(`${name} is ${dataset.array.type}, not float32`);
    else if (dataset.array.data.length !== sizeOf(shape)) problems.push(`${name} is [${dataset.array.shape}], not [${shape}]`);
    else values.set(name, dataset.array.data);
  }
  for (const name of found.keys()) problems.push(`${name} is not a parameter of this model`);
  if (problems.length > 0)
    throw new BundleError(`The weights do not fit the configuration of the archive: ${problems.join('; ')}`, { where });
  return values;
}

function flatten(group: Hdf5Group, prefix = ''): [string, Hdf5Dataset][] {
  return Object.entries(group.children).flatMap(([name, child]) =>
    isHdf5Dataset(child) ? [[`${prefix}${name}`, child] as [string, Hdf5Dataset]] : flatten(child, `${prefix}${name}/`),
  );
}
