import type { ComplexArray, Issue } from '@ptychokit/config';
import type { SmallArrays } from './small-arrays.js';

/** What the values of coordinates, probe and object say against the contract; those of an object that was not read yet are left out. */
export function valueIssues(arrays: SmallArrays, { objectRead = true }: { readonly objectRead?: boolean } = {}): Issue[] {
  return [
    ...coordinateIssues(arrays),
    ...complexIssues('probeGuess', arrays.probeGuess),
    ...(objectRead ? complexIssues('objectGuess', arrays.objectGuess) : []),
    ...darkProbe(arrays.probeGuess),
    ...outsideObject(arrays),
  ];
}

function coordinateIssues(arrays: SmallArrays): Issue[] {
  const named = {
    xcoords: arrays.xcoords,
    ycoords: arrays.ycoords,
    xcoords_start: arrays.xcoordsStart,
    ycoords_start: arrays.ycoordsStart,
  };
  return Object.entries(named).flatMap(([key, values]) => {
    const count = countNonFinite(values);
    if (values === undefined || count === 0) return [];
    const first = values.findIndex((value) => !Number.isFinite(value));
    const got = `${count} values that are NaN or infinite (first: frame ${first})`;
    return [{ key, expected: 'finite positions in object pixels', got, fix: 'leave these frames out' }];
  });
}

/** Parts of complex numbers that are NaN or infinite. */
export function complexIssues(key: string, array: ComplexArray | undefined): Issue[] {
  const bad = countNonFinite(array?.data);
  if (bad === 0) return [];
  return [{ key, expected: 'finite complex numbers', got: `${bad} parts that are NaN or infinite`, fix: `save another ${key}` }];
}

/**
 * Numbers that are NaN or infinite. In plain loops: an object of a large scan has ten million values. A difference of such a number to
 * itself is NaN, and stays in the sum.
 */
function countNonFinite(values: Float32Array | Float64Array | undefined): number {
  let sum = 0;
  if (values instanceof Float32Array) for (let i = 0; i < values.length; i++) sum += (values[i] as number) - (values[i] as number);
  else if (values !== undefined) for (let i = 0; i < values.length; i++) sum += (values[i] as number) - (values[i] as number);
  if (sum === 0) return 0;
  let count = 0;
  for (const value of values ?? []) if (!Number.isFinite(value)) count++;
  return count;
}

function darkProbe(probe: ComplexArray | undefined): Issue[] {
  if (probe === undefined || probe.data.some((value) => value !== 0)) return [];
  return [{ key: 'probeGuess', expected: 'a probe that is not zero everywhere', got: 'zeros', fix: 'save an estimate of the probe' }];
}

/** A patch may hang over the rim of the object; it may not miss it altogether. */
function outsideObject({ xcoords, ycoords, probeGuess, objectGuess }: SmallArrays): Issue[] {
  if (xcoords === undefined || ycoords === undefined || objectGuess?.shape.length !== 2) return [];
  const [height, width] = objectGuess.shape as [number, number];
  const half = (probeGuess?.shape.at(-1) ?? 0) / 2;
  let count = 0;
  let first = -1;
  for (let i = 0; i < xcoords.length; i++) {
    const x = xcoords[i] as number;
    const y = ycoords[i] ?? 0;
    const outside = x <= -half || x >= width + half || y <= -half || y >= height + half;
    if (outside && count++ === 0) first = i;
  }
  if (count === 0) return [];
  const got = `${count} positions outside it (first: frame ${first} at (${xcoords[first]}, ${ycoords[first]}))`;
  const fix = 'give positions in pixels of objectGuess, or leave objectGuess out';
  const expected = `positions whose patches overlap the object of ${height} x ${width} pixels`;
  return [{ key: 'xcoords, ycoords', expected, got, fix }];
}
