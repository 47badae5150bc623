/** Names of the element types this library reads, as numpy prints them. */
export type NpyTypeName =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float16'
  | 'float32'
  | 'float64'
  | 'complex64'
  | 'complex128'
  | 'str'
  | 'bytes';

/** Element type of an NPY array. */
export interface NpyDtype {
  readonly name: NpyTypeName;
  /** As in the file, for example `"<f4"`. */
  readonly descr: string;
  /** Bytes of one element. */
  readonly itemSize: number;
  readonly bigEndian: boolean;
}

const NUMERIC: Readonly<Record<string, NpyTypeName>> = {
  b1: 'bool',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  c8: 'complex64',
  c16: 'complex128',
};

const CODES = new Map(Object.entries(NUMERIC).map(([code, name]) => [name, code]));

/**
 * The element type a `descr` string stands for, or undefined where this library does not read it.
 * `=` and `|` stand for little-endian: NPY writers replace "native" by the byte order they ran on.
 */
export function parseDtype(descr: string): NpyDtype | undefined {
  const match = /^([<>|=]?)([a-zA-Z])(\d{0,9})$/.exec(descr);
  if (match === null) return undefined;
  const [, order, kind, digits] = match as unknown as [string, string, string, string];
  const bigEndian = order === '>';
  const name = NUMERIC[`${kind}${digits}`];
  if (name !== undefined) return { name, descr, itemSize: Number(digits), bigEndian };
  if (kind === 'S' || kind === 'a') return { name: 'bytes', descr, itemSize: Number(digits), bigEndian };
  if (kind === 'U') return { name: 'str', descr, itemSize: 4 * Number(digits), bigEndian };
  return undefined;
}

/** True for dtype `O` and structures that hold it: pickled Python objects. */
export function isPickled(descr: string): boolean {
  return /^[<>|=]?O\d*$/.test(descr);
}

/** The little-endian `descr` of a numeric type, for writing. */
export function descrOf(name: NpyTypeName): string {
  const code = CODES.get(name);
  if (code === undefined) throw new TypeError(`expected a numeric type, got ${name}`);
  return code.endsWith('1') && code.length === 2 ? `|${code}` : `<${code}`;
}

/** Bytes of one number: half an element for complex types, the unit that byte order applies to. */
export function scalarSize(dtype: NpyDtype): number {
  if (dtype.name === 'str') return 4;
  if (dtype.name === 'bytes') return 1;
  return dtype.name.startsWith('complex') ? dtype.itemSize / 2 : dtype.itemSize;
}
