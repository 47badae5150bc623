import type { ComplexArray, Issue } from '@ptychokit/config';
import type { SmallArrays } from './small-arrays.js';

/** What the values of coordinates, probe and object say against the contract. */
export function valueIssues(arrays: SmallArrays): Issue[] {
  return [
    ...coordinateIssues(arrays),
    ...complexIssues('probeGuess', arrays.probeGuess),
    ...complexIssues('objectGuess', arrays.objectGuess),
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
    const first = values?.findIndex((value) => !Number.isFinite(value)) ?? -1;
    if (values === undefined || first < 0) return [];
    const count = values.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
    const got = `${count} values that are NaN or infinite (first: frame ${first})`;
    return [{ key, expected: 'finite positions in object pixels', got, fix: 'leave these frames out' }];
  });
}

function complexIssues(key: string, array: ComplexArray | undefined): Issue[] {
  const bad = array?.data.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0) ?? 0;
  if (bad === 0) return [];
  return [{ key, expected: 'finite complex numbers', got: `${bad} parts that are NaN or infinite`, fix: `save another ${key}` }];
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
  const isOutside = (x: number, i: number): boolean => {
    const y = ycoords[i] ?? 0;
    return x <= -half || x >= width + half || y <= -half || y >= height + half;
  };
  const first = xcoords.findIndex(isOutside);
  if (first < 0) return [];
  const count = xcoords.reduce((sum, x, i) => sum + (isOutside(x, i) ? 1 : 0), 0);
  const got = `${count} positions outside it (first: frame ${first} at (${xcoords[first]}, ${ycoords[first]}))`;
  const fix = 'give positions in pixels of objectGuess, or leave objectGuess out';
  const expected = `positions whose patches overlap the object of ${height} x ${width} pixels`;
  return [{ key: 'xcoords, ycoords', expected, got, fix }];
}
