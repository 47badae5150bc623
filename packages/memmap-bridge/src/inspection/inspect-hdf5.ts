import { type Issue, isPtychoError } from '@ptychokit/config';
import { DatasetContractError } from '../errors.js';
import { describeTree } from '../foreign/describe-tree.js';
import type { ScanHints } from '../foreign/hints.js';
import { hdf5FormatOf, openForeignScan } from '../foreign/open-foreign.js';
import { productMetadata } from '../foreign/product-scan.js';
import { Hdf5File } from '../hdf5/reader.js';
import type { DatasetInspection } from '../inspect-dataset.js';
import { productPositionsPx } from '../ptychodus/product.js';
import { isProduct, productIn } from '../ptychodus/read-product.js';
import { describeRaw } from './describe-raw.js';
import { describeScan } from './describe-scan.js';

type Facts = Pick<DatasetInspection, 'frames' | 'scan' | 'probe' | 'object' | 'metadata' | 'conversions'>;

/** How to look at an HDF5 file. */
export interface InspectHdf5Options extends ScanHints {
  readonly frames?: 'sample' | 'all' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Describes an HDF5 file: its tree, and the scan it makes or what keeps it from being one. */
export async function inspectHdf5(path: string, options: InspectHdf5Options): Promise<DatasetInspection> {
  const file = await Hdf5File.open(path);
  let found: Pick<DatasetInspection, 'format' | 'members' | 'bytes'> & { readonly product: Facts | undefined };
  try {
    found = { format: formatName(file), members: describeTree(file), bytes: file.size, product: productFacts(file) };
  } finally {
    await file.close();
  }
  const { product, ...rest } = found;
  try {
    const raw = await openForeignScan(path, options);
    try {
      return { path, ...rest, ...(await describeRaw(raw, options)), issues: [], hints: [] };
    } finally {
      await raw.close();
    }
  } catch (error) {
    if (!isPtychoError(error)) throw error;
    return { path, ...rest, ...(product ?? NOTHING), issues: issuesOf(error), hints: [] };
  }
}

/** Nothing could be found out. */
export const NOTHING: Facts = { frames: undefined, scan: undefined, probe: undefined, object: undefined, metadata: {}, conversions: [] };

/** An error of opening a file, as what is wrong with the file. */
export function issuesOf(error: unknown): readonly Issue[] {
  if (error instanceof DatasetContractError) return error.issues;
  if (!isPtychoError(error)) throw error;
  return [{ key: '(file)', expected: 'a scan that can be opened', got: error.what, fix: error.fix ?? 'copy the file again' }];
}

function formatName(file: Hdf5File): string {
  try {
    return hdf5FormatOf(file).name;
  } catch (error) {
    if (!isPtychoError(error)) throw error;
    return 'HDF5';
  }
}

/** A product without frames still says much. */
function productFacts(file: Hdf5File): Facts | undefined {
  try {
    if (!isProduct(file)) return undefined;
    const product = productIn(file);
    const { xs, ys } = productPositionsPx(product);
    const { probe, object } = product;
    return {
      frames: undefined,
      scan: describeScan({ xcoords: xs, ycoords: ys }),
      probe: { shape: probe.array.shape, power: probe.array.data.reduce((sum, part) => sum + part * part, 0) },
      object: { shape: object.array.shape },
      metadata: {
        ...productMetadata(product),
        energy_eV: product.probeEnergy_eV,
        distance_m: product.detectorObjectDistance_m,
        pixel_size_m: object.pixelWidth_m,
      },
      conversions: [],
    };
  } catch (error) {
    if (!isPtychoError(error)) throw error;
    return undefined;
  }
}
