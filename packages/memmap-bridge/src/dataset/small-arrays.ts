import { type ComplexArray, type Issue, isPtychoError } from '@ptychokit/config';
import { type ContractKey, DATASET_CONTRACT } from '../contract.js';
import { toComplex64, toFloat64, toInt32 } from '../npy/convert.js';
import type { NpyArray } from '../npy/read.js';
import type { NpzFile } from '../npz/read.js';
import { deferredObject } from './deferred-object.js';
import type { DatasetPlan } from './plan.js';

/** The arrays of a scan that are held in memory. Absent members are undefined. */
export interface SmallArrays {
  readonly xcoords: Float64Array | undefined;
  readonly ycoords: Float64Array | undefined;
  readonly xcoordsStart: Float64Array | undefined;
  readonly ycoordsStart: Float64Array | undefined;
  readonly scanIndex: Int32Array | undefined;
  /** `[N, N]` or `[modes, N, N]`. */
  readonly probeGuess: ComplexArray | undefined;
  readonly objectGuess: ComplexArray | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What {@link readSmallArrays} found. */
export interface ReadArrays {
  readonly arrays: SmallArrays;
  readonly issues: Issue[];
  /** False where the values of the object are still in the file. */
  readonly objectRead: boolean;
}

/**
 * Reads everything but the frames; members that cannot be decoded become issues.
 *
 * @param options `deferLarge` leaves the values of a large object in the file until they are asked for
 */
export async function readSmallArrays(
  npz: NpzFile,
  plan: DatasetPlan,
  { deferLarge = false }: { readonly deferLarge?: boolean | undefined } = {},
): Promise<ReadArrays> {
  const issues: Issue[] = [];
  const object = plan.members.get('objectGuess');
  const deferred = deferLarge && object !== undefined ? await deferredObject(npz, object) : undefined;
  const read = <T>(key: ContractKey, convert: (array: NpyArray) => T): Promise<T | undefined> =>
    readMember({ npz, plan, issues }, key, convert);
  const arrays: SmallArrays = {
    xcoords: await read('xcoords', toFloat64),
    ycoords: await read('ycoords', toFloat64),
    xcoordsStart: await read('xcoords_start', toFloat64),
    ycoordsStart: await read('ycoords_start', toFloat64),
    scanIndex: await read('scan_index', toInt32),
    probeGuess: await read('probeGuess', toProbe),
    objectGuess: deferred ?? (await read('objectGuess', toComplex64)),
    metadata: {
      ...namedNumber('nphotons', await read('nphotons', toFloat64)),
      ...(await read('_metadata', toMetadata)),
    },
  };
  return { arrays, issues, objectRead: deferred === undefined };
}

interface Reading {
  readonly npz: NpzFile;
  readonly plan: DatasetPlan;
  readonly issues: Issue[];
}

async function readMember<T>(reading: Reading, key: ContractKey, convert: (array: NpyArray) => T): Promise<T | undefined> {
  const member = reading.plan.members.get(key);
  if (member === undefined) return undefined;
  try {
    return convert(await reading.npz.read(member.name));
  } catch (error) {
    const got = isPtychoError(error) ? error.what : error instanceof RangeError || error instanceof TypeError ? error.message : undefined;
    if (got === undefined) throw error;
    reading.issues.push({
      key: member.name,
      expected: `readable ${DATASET_CONTRACT[key].type}`,
      got,
      fix: 'copy the file again, or save this array again',
    });
    return undefined;
  }
}

/** `(N, N, 1)`, as one generation of files has it, becomes `(N, N)`. */
function toProbe(array: NpyArray): ComplexArray {
  const { shape, data } = toComplex64(array);
  return { data, shape: shape.length === 3 && shape[2] === 1 && shape[0] !== 1 ? shape.slice(0, 2) : shape };
}

/** Metadata that is no JSON object is kept as text: provenance is never a reason to refuse a scan. */
function toMetadata(array: NpyArray): Readonly<Record<string, unknown>> {
  const text = String(array.data[0] ?? '');
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {}
  return { text };
}

function namedNumber(name: string, values: Float64Array | undefined): Readonly<Record<string, number>> {
  return values?.[0] === undefined ? {} : { [name]: values[0] };
}
