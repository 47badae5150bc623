import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDataset, DatasetContractError, type NpyValue, openScan, writeNpy } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { npyBytes } from './support/npy-bytes.js';
import { scanMembers, syntheticScan } from './support/synthetic-scan.js';
import { temporaryFolder } from './support/temporary-folder.js';
import { zipBytes } from './support/zip-bytes.js';

const folder = temporaryFolder();
const scan = syntheticScan();
const { frameCount: n, frameSize: size } = scan;
const members = scanMembers(scan);

let files = 0;
function writeScan(
  changes: Record<string, NpyValue | null> = {},
  options: { deflate?: boolean; raw?: Record<string, Uint8Array> } = {},
): string {
  const path = join(folder, `${files++}.npz`);
  const all = Object.entries({ ...members, ...changes }).filter(
    (entry): entry is [string, NpyValue] => entry[1] !== null && !(entry[0] in (options.raw ?? {})),
  );
  const arrays = [...all.map(([name, value]) => [name, writeNpy(value)] as const), ...Object.entries(options.raw ?? {})];
  writeFileSync(path, zipBytes(arrays.map(([name, data]) => ({ name: `${name}.npy`, data, deflate: options.deflate ?? false }))));
  return path;
}

const frames = (change: (values: Float32Array) => void): NpyValue => {
  const data = scan.diffraction.slice();
  change(data);
  return { type: 'float32', shape: [n, size, size], data };
};
const withNaN = (values: Float64Array): Float64Array => values.map((value, i) => (i === 3 ? Number.NaN : value));

describe('checkDataset', () => {
  it.each([false, true])('finds nothing wrong with a good file (deflated: %s)', async (deflate) => {
    const path = writeScan({}, { deflate });
    expect(await checkDataset(path)).toEqual([]);
    expect(await checkDataset(path, { frames: 'all' })).toEqual([]);
  });

  it.each<[string, Record<string, NpyValue | null>, string, RegExp, RegExp]>([
    ['no diffraction', { diffraction: null }, 'diffraction', /no such member/, /add diffraction/],
    ['no probe', { probeGuess: null }, 'probeGuess', /no such member/, /add probeGuess/],
    [
      'counts',
      { diffraction: { type: 'uint16', shape: [n, size, size], data: new Uint16Array(n * size * size) } },
      'diffraction',
      /uint16 .*counts, not amplitudes/,
      /square root once: ptychokit prepare/,
    ],
    [
      'signed counts under the old name',
      { diffraction: null, diff3d: { type: 'int32', shape: [n, size, size], data: new Int32Array(n * size * size) } },
      'diff3d',
      /int32/,
      /ptychokit prepare/,
    ],
    [
      'complex frames',
      { diffraction: { type: 'complex64', shape: [n, size, size], data: new Float32Array(2 * n * size * size) } },
      'diffraction',
      /complex64/,
      /astype\(np.float32\)/,
    ],
    [
      'a real probe',
      { probeGuess: { type: 'float32', shape: [size, size], data: new Float32Array(size * size) } },
      'probeGuess',
      /float32/,
      /astype\(np.complex64\)/,
    ],
    [
      'frames that are not square',
      { diffraction: { type: 'float32', shape: [n, size, 2 * size], data: new Float32Array(2 * n * size * size) } },
      'diffraction',
      /shape \(12, 8, 16\)/,
      /square frames/,
    ],
    ['frames of two axes', { diffraction: Float32Array.of(1, 2) }, 'diffraction', /shape \(2\)/, /frame axis first/],
    ['another number of positions', { ycoords: Float64Array.of(1, 2, 3) }, 'ycoords', /shape \(3\)/, /one number per frame/],
    [
      'positions of two axes',
      { ycoords: { type: 'float64', shape: [n, 1], data: scan.ycoords } },
      'ycoords',
      /shape \(12, 1\)/,
      /one number per frame/,
    ],
    [
      'a probe of another size',
      { probeGuess: { shape: [4, 4], data: new Float32Array(32).fill(1) } },
      'probeGuess',
      /shape \(4, 4\)/,
      /cut or pad/,
    ],
    [
      'an object of three axes',
      { objectGuess: { shape: [1, 90, 90], data: new Float32Array(2 * 8100) } },
      'objectGuess',
      /shape \(1, 90, 90\)/,
      /one 2-D object/,
    ],
    [
      'patches of another shape',
      { Y: { shape: [2, size, size], data: new Float32Array(4 * size * size) } },
      'Y',
      /shape \(2, 8, 8\)/,
      /leave Y out/,
    ],
    ['scan indices that are no integers', { scan_index: Float64Array.from(scan.scanIndex) }, 'scan_index', /float64/, /astype\(np.int32\)/],
    [
      'scan indices beyond 32 bits',
      { scan_index: BigInt64Array.from(scan.scanIndex, () => 2n ** 40n) },
      'scan_index',
      /1099511627776/,
      /save this array again/,
    ],
    [
      'positions that are no numbers',
      { xcoords: withNaN(scan.xcoords) },
      'xcoords',
      /1 values .* \(first: frame 3\)/,
      /leave these frames out/,
    ],
    ['nominal positions that are no numbers', { xcoords_start: withNaN(scan.xcoords) }, 'xcoords_start', /frame 3/, /leave these/],
    [
      'a dark probe',
      { probeGuess: { shape: [size, size], data: new Float32Array(2 * size * size) } },
      'probeGuess',
      /zeros/,
      /estimate of the probe/,
    ],
    [
      'a probe with NaN',
      { probeGuess: { shape: [size, size], data: new Float32Array(2 * size * size).fill(Number.NaN) } },
      'probeGuess',
      /128 parts/,
      /another probeGuess/,
    ],
    [
      'positions off the object',
      { xcoords: scan.xcoords.map((x, i) => (i === 5 ? -size / 2 : x)) },
      'xcoords, ycoords',
      /1 positions outside it \(first: frame 5 at \(-4, /,
      /leave objectGuess out/,
    ],
    [
      'frames with NaN',
      { diffraction: frames((v) => v.fill(Number.NaN, 70, 72)) },
      'diffraction',
      /2 pixels .* in 1 of the frames looked at \(first: frame 1\)/,
      /set these pixels to 0/,
    ],
    [
      'negative frames',
      { diffraction: frames((v) => v.fill(-1, 0, 1)) },
      'diffraction',
      /1 pixels that are NaN, infinite or negative/,
      /set these/,
    ],
  ])('names the problem of a file with %s', async (_, changes, key, got, fix) => {
    for (const deflate of [false, true]) {
      const issues = await checkDataset(writeScan(changes, { deflate }));
      expect(issues).toHaveLength(1);
      expect(issues[0]).toMatchObject({ key, got: expect.stringMatching(got), fix: expect.stringMatching(fix) });
    }
  });

  it('lets a patch hang over the rim of the object, but not miss it', async () => {
    const width = scan.objectGuess.shape[1] as number;
    const farthest = width + size / 2;
    const positionsTo = (x: number): Float64Array => scan.xcoords.map((value, i) => [1 - size / 2, x][i] ?? value);
    expect(await checkDataset(writeScan({ xcoords: positionsTo(farthest - 1) }))).toEqual([]);
    expect(await checkDataset(writeScan({ xcoords: positionsTo(farthest) }))).toHaveLength(1);
    expect(await checkDataset(writeScan({ xcoords: positionsTo(farthest), objectGuess: null }))).toEqual([]);
  });

  it('says that a required array is pickled', async () => {
    const pickled = npyBytes({ descr: '|O', shape: [n], data: new Uint8Array(50) });
    const issues = await checkDataset(writeScan({}, { raw: { xcoords: pickled } }));
    expect(issues[0]).toMatchObject({
      key: 'xcoords',
      got: expect.stringMatching(/pickled \(dtype O\); nothing in this library executes code/),
    });
  });

  it('says what is wrong with an unreadable archive, and with a damaged member', async () => {
    const path = join(folder, 'text.npz');
    writeFileSync(path, 'this is a text and not an archive');
    expect(await checkDataset(path)).toMatchObject([{ key: '(file)', got: expect.stringMatching(/no directory/) }]);
    const broken = join(folder, 'broken.npz');
    const entries = Object.entries(members).map(([name, value]) => ({
      name: `${name}.npy`,
      data: writeNpy(value),
      ...(name === 'xcoords' && { crc: 7 }),
    }));
    writeFileSync(broken, zipBytes(entries));
    expect(await checkDataset(broken)).toMatchObject([{ key: 'xcoords', got: expect.stringMatching(/checksum does not match/) }]);
  });

  it('lists every problem at once, and opening refuses with the same list', async () => {
    const path = writeScan({
      probeGuess: null,
      ycoords: withNaN(scan.ycoords),
      scan_index: Int32Array.of(1),
      diffraction: frames((v) => v.fill(-1, 0, 9)),
    });
    const issues = await checkDataset(path);
    expect(issues.map((issue) => issue.key)).toEqual(['probeGuess', 'scan_index', 'ycoords', 'diffraction']);
    const error = await openScan(path).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DatasetContractError);
    expect(error).toMatchObject({ code: 'DATA_CONTRACT', path, issues });
    for (const { key, expected, got, fix } of issues)
      expect(error.message).toContain(`  - ${key}: expected ${expected}, got ${got}; ${fix}`);
  });

  it('finds a single bad pixel of a long stack when all frames are looked at, and names its frame', async () => {
    const long = syntheticScan({ frameCount: 200 });
    const data = long.diffraction.slice();
    data[131 * 64 + 7] = Number.POSITIVE_INFINITY;
    for (const [shape, values, axis] of [
      [[200, 8, 8], data, 'first'],
      [[8, 8, 200], Float32Array.from({ length: data.length }, (_, i) => data[(i % 200) * 64 + Math.floor(i / 200)] as number), 'last'],
    ] as const) {
      for (const deflate of [false, true]) {
        const path = writeScan({ ...scanMembers(long), diffraction: { type: 'float32', shape, data: values } }, { deflate });
        expect(await checkDataset(path, { frames: 'all', frameAxis: axis })).toMatchObject([
          { key: 'diffraction', got: expect.stringMatching(/^1 pixels .*first: frame 131/) },
        ]);
      }
    }
  });

  it('throws for a file that is not there', async () => {
    await expect(checkDataset(join(folder, 'none.npz'))).rejects.toThrow(/does not exist/);
  });
});
