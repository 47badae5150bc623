import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NpyArray, type NpyValue, openScan, type RawData, writeNpy, writeNpz } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { testFrameSource } from '../../contract/frame-source.js';
import { bytesOf, npyBytes } from '../support/npy-bytes.js';
import { scanMembers, syntheticScan } from '../support/synthetic-scan.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type ZipRecipe, zipBytes } from '../support/zip-bytes.js';

const folder = temporaryFolder();
const scan = syntheticScan();
const { frameCount: n, frameSize: size, diffraction } = scan;
const members = scanMembers(scan);

let files = 0;
const newPath = (): string => join(folder, `${files++}.npz`);

/** Writes a scan with members replaced (null: left out), each as an array or as the bytes of one. */
function writeScan(changes: Record<string, NpyValue | Uint8Array | null> = {}, zip: Partial<ZipRecipe> = {}): string {
  const path = newPath();
  const all = Object.entries({ ...members, ...changes }).filter((entry): entry is [string, NpyValue | Uint8Array] => entry[1] !== null);
  const recipes = all.map(([name, value]) => ({ name: `${name}.npy`, data: isNpy(value) ? value : writeNpy(value as NpyValue), ...zip }));
  writeFileSync(path, zipBytes(recipes));
  return path;
}

const isNpy = (value: NpyValue | Uint8Array): value is Uint8Array => value instanceof Uint8Array && value[0] === 0x93;

async function withScan(
  path: string,
  use: (raw: RawData) => Promise<void> | void,
  options: Parameters<typeof openScan>[1] = {},
): Promise<void> {
  const raw = await openScan(path, { memmapDir: join(folder, 'cache'), ...options });
  try {
    await use(raw);
  } finally {
    await raw.close();
  }
}

/** The frames in the byte order of `(N, N, n)`, or of Fortran order, which is the same with rows and columns exchanged. */
function framesLast(exchange: boolean): Float32Array {
  const result = new Float32Array(diffraction.length);
  for (let k = 0; k < n; k++) {
    for (let r = 0; r < size; r++) {
      for (let c = 0; c < size; c++) {
        const pixel = exchange ? c * size + r : r * size + c;
        result[pixel * n + k] = diffraction[(k * size + r) * size + c] as number;
      }
    }
  }
  return result;
}

const transposedFrames = Float32Array.from(diffraction, (_, i) => {
  const p = i % (size * size);
  return diffraction[i - p + (p % size) * size + Math.floor(p / size)] as number;
});

const f8 = bytesOf(Float64Array.from(diffraction));
const variants: [string, Uint8Array, string[]][] = [
  ['float32', npyBytes({ descr: '<f4', shape: [n, size, size], data: bytesOf(diffraction) }), []],
  ['NPY version 2.0', npyBytes({ descr: '<f4', shape: [n, size, size], data: bytesOf(diffraction), version: 2 }), []],
  ['NPY version 3.0', npyBytes({ descr: '<f4', shape: [n, size, size], data: bytesOf(diffraction), version: 3 }), []],
  ['big-endian float32', npyBytes({ descr: '>f4', shape: [n, size, size], data: bytesOf(diffraction, { bigEndian: 4 }) }), []],
  ['float64', npyBytes({ descr: '<f8', shape: [n, size, size], data: f8 }), ['diffraction converted from float64 to float32']],
  ['Fortran order', npyBytes({ descr: '<f4', shape: [n, size, size], fortran: true, data: bytesOf(framesLast(true)) }), []],
  [
    'frames last',
    npyBytes({ descr: '<f4', shape: [size, size, n], data: bytesOf(framesLast(false)) }),
    ['diffraction: frame axis moved from last to first'],
  ],
  [
    'frames last in Fortran order',
    npyBytes({ descr: '<f4', shape: [size, size, n], fortran: true, data: bytesOf(transposedFrames) }),
    ['diffraction: frame axis moved from last to first'],
  ],
];

for (const [name, bytes] of variants) {
  for (const deflate of [false, true]) {
    const path = writeScan({ diffraction: bytes }, { deflate, descriptor: deflate });
    testFrameSource(`a scan with ${deflate ? 'deflated' : 'stored'} frames: ${name}`, async () => {
      const raw = await openScan(path, { memmapDir: join(folder, 'cache') });
      return { source: raw.frames, expected: diffraction, frameSize: size };
    });
  }
}

describe('opening an NPZ scan', () => {
  it('gives everything the contract names', () =>
    withScan(writeScan(), (raw) => {
      expect([raw.frameCount, raw.frameSize]).toEqual([n, size]);
      expect(raw.xcoords).toEqual(scan.xcoords);
      expect(raw.ycoordsStart).toEqual(scan.ycoords);
      expect(raw.probeGuess).toEqual(scan.probeGuess);
      expect(raw.objectGuess).toEqual(scan.objectGuess);
      expect(raw.scanIndex).toEqual(scan.scanIndex);
      expect(raw.metadata).toEqual({ nphotons: 1e6, tool: 'test' });
      expect(raw.conversions).toEqual([]);
      expect(raw.source).toMatch(/\.npz$/);
    }));

  it.each(variants)('records the conversion of %s', (_, bytes, conversions) =>
    withScan(writeScan({ diffraction: bytes }), (raw) => {
      expect(raw.conversions).toEqual(conversions);
    }),
  );

  it('does not write to the cache for frames that can be read in place', async () => {
    const memmapDir = join(folder, 'untouched');
    await withScan(writeScan(), () => {}, { memmapDir });
    expect(() => readdirSync(memmapDir)).toThrow(/ENOENT/);
  });

  it('writes compressed frames to the cache once, and again when the file changes', async () => {
    const memmapDir = join(folder, 'once');
    const path = writeScan({}, { deflate: true });
    await withScan(path, () => {}, { memmapDir });
    const first = readdirSync(memmapDir);
    await withScan(path, () => {}, { memmapDir });
    expect(readdirSync(memmapDir)).toEqual(first);
    await writeNpz(
      path,
      { ...members, diffraction: { type: 'float32', shape: [n, size, size], data: diffraction.map((v) => 2 * v) } },
      { deflate: true },
    );
    await withScan(
      path,
      async (raw) => {
        const frame = new Float32Array(size * size);
        await raw.frames.readFrames([0], frame);
        expect(frame).toEqual(diffraction.subarray(0, size * size).map((v) => 2 * v));
      },
      { memmapDir },
    );
    expect(readdirSync(memmapDir)).toHaveLength(4);
  });

  it.each<[string, Record<string, NpyValue | Uint8Array | null>, string[]]>([
    ['diff3d', { diffraction: null, diff3d: members.diffraction as NpyArray }, ['diff3d (historical name) read as diffraction']],
    ['diff3d beside diffraction', { diff3d: members.xcoords as NpyValue }, ['diff3d left out: diffraction is the same array']],
    ['float32 positions', { xcoords: Float32Array.from(scan.xcoords) }, ['xcoords converted from float32 to float64']],
    [
      'a complex128 probe',
      { probeGuess: { type: 'complex128', shape: [size, size], data: Float64Array.from(scan.probeGuess.data) } },
      ['probeGuess converted from complex128 to complex64'],
    ],
    [
      'pickled metadata',
      { _metadata: npyBytes({ descr: '|O', shape: [], data: new Uint8Array(9) }) },
      [expect.stringMatching(/^_metadata left out: The array is pickled/)],
    ],
    ['a text nobody asked for', { filenames: { type: 'str', shape: [2], data: ['a', 'b'] } }, []],
    ['pickled extras', { extra: npyBytes({ descr: '|O', shape: [], data: new Uint8Array(9) }) }, []],
    ['no scan_index and no object', { scan_index: null, objectGuess: null, _metadata: null }, []],
  ])('opens files with %s', (_, changes, conversions) =>
    withScan(writeScan(changes), async (raw) => {
      const frames = new Float32Array(diffraction.length);
      await raw.frames.readFrames(
        Int32Array.from({ length: n }, (_unused, i) => i),
        frames,
      );
      expect(frames).toEqual(diffraction);
      expect(raw.scanIndex).toEqual(new Int32Array(n));
      expect(raw.probeGuess).toEqual(scan.probeGuess);
      expect(raw.conversions).toEqual(conversions);
    }),
  );

  it('reads float16 frames', () => {
    const data = new Uint16Array(diffraction.length).fill(0x3c00);
    data[5] = 0x4000;
    return withScan(writeScan({ diffraction: npyBytes({ descr: '<f2', shape: [n, size, size], data: bytesOf(data) }) }), async (raw) => {
      const frame = new Float32Array(size * size);
      await raw.frames.readFrames([0], frame);
      expect(frame).toEqual(Float32Array.from(frame, (_, i) => (i === 5 ? 2 : 1)));
      expect(raw.conversions).toEqual(['diffraction converted from float16 to float32']);
    });
  });

  it.each<[string, readonly number[], readonly number[]]>([
    ['(N, N)', [size, size], [size, size]],
    ['(N, N, 1)', [size, size, 1], [size, size]],
    ['(1, N, N)', [1, size, size], [1, size, size]],
  ])('reads a probe of shape %s', (_, shape, expected) =>
    withScan(writeScan({ probeGuess: { type: 'complex64', shape, data: scan.probeGuess.data } }), (raw) => {
      expect(raw.probeGuess).toEqual({ shape: expected, data: scan.probeGuess.data });
    }),
  );

  it('reads a probe of several modes', () => {
    const data = Float32Array.from({ length: 3 * 2 * size * size }, (_, i) => i);
    return withScan(writeScan({ probeGuess: { type: 'complex64', shape: [3, size, size], data } }), (raw) => {
      expect(raw.probeGuess).toEqual({ shape: [3, size, size], data });
    });
  });

  it.each<[string, NpyValue, Record<string, unknown>]>([
    ['a JSON object', JSON.stringify({ nphotons: 5, tool: { version: '1' } }), { nphotons: 5, tool: { version: '1' } }],
    ['text that is no JSON', 'made by hand', { nphotons: 3, text: 'made by hand' }],
    ['JSON that is no object', '[1, 2]', { nphotons: 3, text: '[1, 2]' }],
    ['an array of one text', { type: 'str', shape: [1], data: ['{"a": 1}'] }, { nphotons: 3, a: 1 }],
  ])('reads metadata: %s', (_, value, metadata) =>
    withScan(writeScan({ _metadata: value, nphotons: 3 }), (raw) => expect(raw.metadata).toEqual(metadata)),
  );

  it('reads metadata kept as bytes', () => {
    const data = new TextEncoder().encode('{"a": "é"}');
    return withScan(writeScan({ _metadata: npyBytes({ descr: `|S${data.length}`, shape: [], data }) }), (raw) =>
      expect(raw.metadata).toEqual({ a: 'é' }),
    );
  });

  it.each([false, true])('reads truth patches (deflated: %s)', (deflate) => {
    const data = Float32Array.from({ length: 2 * n * size * size }, (_, i) => Math.sin(i));
    return withScan(writeScan({ Y: { type: 'complex64', shape: [n, size, size], data } }, { deflate }), async (raw) => {
      const into = new Float32Array(4 * size * size);
      await raw.truthPatches?.readPatches([3, 1], into);
      expect(into.subarray(0, 2 * size * size)).toEqual(data.subarray(6 * size * size, 8 * size * size));
      expect(into.subarray(2 * size * size)).toEqual(data.subarray(2 * size * size, 4 * size * size));
      await raw.frames.close();
      await raw.truthPatches?.readPatches([0], into);
    });
  });

  it('asks for the axis where both fit, and takes the one that is named', async () => {
    const cube = syntheticScan({ frameCount: 8, frameSize: 8 });
    const path = newPath();
    await writeNpz(path, scanMembers(cube));
    await expect(openScan(path)).rejects.toThrow(/first or the last axis \(both fit\)[\s\S]*name the axis \(frameAxis/);
    const frame = new Float32Array(64);
    await withScan(path, (raw) => raw.frames.readFrames([2], frame), { frameAxis: 'first' });
    expect(frame).toEqual(cube.diffraction.subarray(128, 192));
    await withScan(path, (raw) => raw.frames.readFrames([2], frame), { frameAxis: 'last' });
    expect(frame).toEqual(Float32Array.from({ length: 64 }, (_, p) => cube.diffraction[8 * p + 2] as number));
  });

  it('leaves no file open when it refuses one', async () => {
    const openFiles = (): number => readdirSync('/proc/self/fd').length;
    const bad = writeScan({ xcoords: Float64Array.of(1, 2) });
    await openScan(bad).catch(() => {});
    const before = openFiles();
    for (let i = 0; i < 5; i++) {
      await expect(openScan(bad)).rejects.toThrow(/1 problem\n {2}- xcoords/);
      await expect(openScan(writeScan({}, { deflate: true }), { memmapDir: '/dev/null/x' })).rejects.toThrow(/inflated into a cache/);
      await withScan(
        writeScan({ Y: { type: 'complex64', shape: [n, size, size], data: new Float32Array(2 * diffraction.length) } }),
        () => {},
      );
    }
    expect(openFiles()).toBe(before);
  });
});

describe('arrays that are all damaged', () => {
  it('are told of in the order of the contract, whichever was read first', async () => {
    const path = writeScan({}, { crc: 1 });
    const error = await openScan(path).catch((reason: unknown) => reason as { issues: readonly { key: string; got: string }[] });
    const told = (error as { issues: readonly { key: string; got: string }[] }).issues.filter(({ got }) => got.includes('checksum'));
    const order = ['xcoords', 'ycoords', 'probeGuess', 'objectGuess'];
    expect(told.map(({ key }) => key).filter((key) => order.includes(key))).toEqual(order);
  });
});
