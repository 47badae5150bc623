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
  const object = plan.members.get('objectGuess');
  const deferred = deferLarge && object !== undefined ? await deferredObject(npz, object) : undefined;
  const issues = new Map<ContractKey, Issue>();
  const read = <T>(key: ContractKey, convert: (array: NpyArray) => T): Promise<T | undefined> =>
    readMember({ npz, plan, issues }, key, convert);
  // At once: while one is checked, others are read.
  const [xcoords, ycoords, xcoordsStart, ycoordsStart, scanIndex, probeGuess, objectGuess, nphotons, metadata] = await Promise.all([
    read('xcoords', toFloat64),
    read('ycoords', toFloat64),
    read('xcoords_start', toFloat64),
    read('ycoords_start', toFloat64),
    read('scan_index', toInt32),
    read('probeGuess', toProbe),
    deferred ?? read('objectGuess', toComplex64),
    read('nphotons', toFloat64),
    read('_metadata', toMetadata),
  ]);
  const arrays: SmallArrays = {
    xcoords,
    ycoords,
    xcoordsStart,
    ycoordsStart,
    scanIndex,
    probeGuess,
    objectGuess,
    metadata: { ...namedNumber('nphotons', nphotons), ...metadata },
  };
  return { arrays, issues: inOrderOfContract(issues), objectRead: deferred === undefined };
}

interface Reading {
  readonly npz: NpzFile;
  readonly plan: DatasetPlan;
  readonly issues: Map<ContractKey, Issue>;
}

/** Members are read at once and end in any order; what is wrong with them is told in one. */
function inOrderOfContract(issues: ReadonlyMap<ContractKey, Issue>): Issue[] {
  return Object.keys(DATASET_CONTRACT).flatMap((key) => issues.get(key as ContractKey) ?? []);
}

async function readMember<T>(reading: Reading, key: ContractKey, convert: (array: NpyArray) => T): Promise<T | undefined> {
  const member = reading.plan.members.get(key);
  if (member === undefined) return undefined;
  try {
    return convert(await reading.npz.read(member.name));
  } catch (error) {
    const got = isPtychoError(error) ? error.what : error instanceof RangeError || error instanceof TypeError ? error.message : undefined;
    if (got === undefined) throw error;
    reading.issues.set(key, {
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
