import { basename } from 'node:path';
import type { ComplexArray, Issue } from '@ptychokit/config';
import { DatasetContractError, NpzFile, toComplex64, toFloat64, toInt32 } from '@ptychokit/memmap-bridge';
import { scanArea } from '@ptychokit/physics';
import { digestFile, type FileDigest } from '../file-digest.js';

/** What a study simulates: a known object, a probe, and where the frames are taken. */
export interface BaseScan {
  readonly name: string;
  readonly digest: FileDigest;
  /** `[H, W]`. */
  readonly object: ComplexArray;
  /** `[N, N]` or `[modes, N, N]`. */
  readonly probe: ComplexArray;
  /** Object pixels, `[n]`. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly xStart: Float64Array | undefined;
  readonly yStart: Float64Array | undefined;
  readonly scanIndex: Int32Array | undefined;
  /** N. */
  readonly frameSize: number;
}

const SIZES: readonly number[] = [64, 128, 256];

/**
 * Object, probe and positions of a scan file. Frames, if the file has any, are not looked at.
 *
 * @throws DatasetContractError what is missing or does not fit together, all of it
 * @throws PtychoError the file cannot be read
 */
export async function readBaseScan(path: string): Promise<BaseScan> {
  await using file = await NpzFile.open(path);
  const missing = ['objectGuess', 'probeGuess', 'xcoords', 'ycoords'].filter((key) => !file.has(key));
  if (missing.length > 0) {
    const issues = missing.map((key) => ({ key, expected: 'present', got: 'nothing', fix: 'give a scan that carries it' }));
    throw new DatasetContractError(issues, { path });
  }
  const optional = async <T>(key: string, read: (array: Awaited<ReturnType<NpzFile['read']>>) => T): Promise<T | undefined> =>
    file.has(key) ? read(await file.read(key)) : undefined;
  const scan = {
    object: toComplex64(await file.read('objectGuess')),
    probe: withoutLastAxis(toComplex64(await file.read('probeGuess'))),
    x: toFloat64(await file.read('xcoords')),
    y: toFloat64(await file.read('ycoords')),
    xStart: await optional('xcoords_start', toFloat64),
    yStart: await optional('ycoords_start', toFloat64),
    scanIndex: await optional('scan_index', toInt32),
  };
  const issues = issuesOf(scan);
  if (issues.length > 0) throw new DatasetContractError(issues, { path });
  return { ...scan, name: basename(path), digest: await digestFile(path), frameSize: scan.probe.shape.at(-1) as number };
}

/** Old files carry one probe as `(N, N, 1)`. */
function withoutLastAxis(probe: ComplexArray): ComplexArray {
  const { shape, data } = probe;
  return shape.length === 3 && shape[2] === 1 ? { shape: shape.slice(0, 2), data } : probe;
}

type Arrays = Omit<BaseScan, 'name' | 'digest' | 'frameSize'>;

function issuesOf({ object, probe, ...scan }: Arrays): Issue[] {
  const issues: Issue[] = [];
  const add = (key: string, expected: string, got: string, fix: string): unknown => issues.push({ key, expected, got, fix });
  const [rows, columns] = probe.shape.slice(-2);
  const isProbe = (probe.shape.length === 2 || probe.shape.length === 3) && rows === columns && SIZES.includes(rows as number);
  if (!isProbe)
    add('probeGuess', `[N, N] or [modes, N, N] with N of ${SIZES.join(', ')}`, `[${probe.shape}]`, 'crop or resample the probe');
  if (object.shape.length !== 2) add('objectGuess', '[H, W]', `[${object.shape}]`, 'give one two-dimensional object');
  for (const [key, { data }] of [['objectGuess', object] as const, ['probeGuess', probe] as const]) {
    if (!data.every(Number.isFinite)) add(key, 'finite numbers', 'NaN or infinite values', 'repair the array');
    else if (data.every((value) => value === 0)) add(key, 'something other than zero', 'zeros only', 'give the true one');
  }
  if (scan.x.length < 2) add('xcoords', 'at least two positions', String(scan.x.length), 'a scan is split in two');
  for (const [key, values] of Object.entries({
    ycoords: scan.y,
    xcoords_start: scan.xStart,
    ycoords_start: scan.yStart,
    scan_index: scan.scanIndex,
  })) {
    if (values !== undefined && values.length !== scan.x.length)
      add(key, `${scan.x.length} values, as xcoords`, String(values.length), 'repair the array');
  }
  if (issues.length === 0) issues.push(...positionIssues({ object, ...scan, N: rows as number }));
  return issues;
}

function positionIssues({ object, x, y, N }: Pick<Arrays, 'object' | 'x' | 'y'> & { readonly N: number }): readonly Issue[] {
  const [height, width] = object.shape as readonly [number, number];
  if (Math.min(height, width) <= N) {
    return [
      { key: 'objectGuess', expected: `more than ${N} pixels along both axes`, got: `[${object.shape}]`, fix: 'give a larger object' },
    ];
  }
  const area = scanArea({ height, width }, N);
  const outside = x.reduce((count, at, i) => count + (isInside(area, at, y[i] as number) ? 0 : 1), 0);
  if (outside === 0) return [];
  const expected = `x in ${area.left} … ${area.right} and y in ${area.top} … ${area.bottom}, so that every frame sees the object`;
  return [
    {
      key: 'xcoords, ycoords',
      expected,
      got: `${outside} of ${x.length} positions outside`,
      fix: 'give a larger object, or shift the positions',
    },
  ];
}

const isInside = (area: ReturnType<typeof scanArea>, x: number, y: number): boolean =>
  x >= area.left && x <= area.right && y >= area.top && y <= area.bottom;
