import { appendFileSync, chmodSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFileError, FrameValueError, SourceClosedError } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { DataFile } from '../../../packages/memmap-bridge/src/data-file.js';
import type { StackLayout } from '../../../packages/memmap-bridge/src/stack/layout.js';
import { StackFile } from '../../../packages/memmap-bridge/src/stack/stack-file.js';
import { StackFrameSource, StackPatchSource } from '../../../packages/memmap-bridge/src/stack/stack-source.js';
import { testFrameSource } from '../../contract/frame-source.js';
import { expectSame } from '../support/expect-same.js';
import { bytesOf } from '../support/npy-bytes.js';
import { syntheticScan } from '../support/synthetic-scan.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const { diffraction, frameSize, frameCount } = syntheticScan();
const pixels = frameSize ** 2;
const plain: StackLayout = {
  count: frameCount,
  size: frameSize,
  components: 1,
  scalar: 'float32',
  bigEndian: false,
  contiguous: true,
  transposed: false,
};
const POSITION = 37; // an odd one, as in archives

let files = 0;
async function stackFile(bytes: Uint8Array, layout: StackLayout): Promise<StackFile> {
  const path = join(folder, `${files++}.bin`);
  writeFileSync(path, Buffer.concat([new Uint8Array(POSITION).fill(0xee), bytes]));
  return new StackFile(await DataFile.open(path), { position: POSITION, layout });
}

/** Amplitudes that float16 holds exactly. */
const eighths = diffraction.map((value) => Math.round(8 * value) / 8);
const halves = Uint16Array.from(eighths, (value) =>
  value === 0 ? 0 : (Math.floor(Math.log2(value)) + 15) * 1024 + (value / 2 ** Math.floor(Math.log2(value)) - 1) * 1024,
);
const transposed = Float32Array.from(diffraction, (_, i) => {
  const p = i % pixels;
  return diffraction[i - p + (p % frameSize) * frameSize + Math.floor(p / frameSize)] as number;
});

const layouts: [string, Uint8Array, Partial<StackLayout>, Float32Array][] = [
  ['float32', bytesOf(diffraction), {}, diffraction],
  ['big-endian float32', bytesOf(diffraction, { bigEndian: 4 }), { bigEndian: true }, diffraction],
  ['float64', bytesOf(Float64Array.from(diffraction)), { scalar: 'float64' }, diffraction],
  ['big-endian float64', bytesOf(Float64Array.from(diffraction), { bigEndian: 8 }), { scalar: 'float64', bigEndian: true }, diffraction],
  ['float16', bytesOf(halves), { scalar: 'float16' }, eighths],
  ['transposed float32', bytesOf(transposed), { transposed: true }, diffraction],
];

for (const [name, bytes, layout, expected] of layouts) {
  testFrameSource(`StackFrameSource of ${name}`, async () => ({
    source: new StackFrameSource({ stack: await stackFile(bytes, { ...plain, ...layout }), source: 'scan' }),
    expected,
    frameSize,
  }));
}

describe('StackFrameSource', () => {
  it('looks at the values of every frame, and again where one was refused', async () => {
    const bad = diffraction.slice();
    bad[3 * pixels + 1] = Number.NaN;
    bad[3 * pixels + 2] = Number.POSITIVE_INFINITY;
    const source = new StackFrameSource({ stack: await stackFile(bytesOf(bad), plain), source: 'scan.npz#diffraction' });
    const into = new Float32Array(4 * pixels);
    await source.readFrames([0, 1, 2, 4], into);
    for (let again = 0; again < 2; again++) {
      const error = await source.readFrames([0, 3], into).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(FrameValueError);
      expect(error).toMatchObject({ path: 'scan.npz#diffraction', frameIndex: 3, badPixels: 2 });
    }
    await source.close();
    await expect(source.readFrames([0], into)).rejects.toThrow(SourceClosedError);
  });

  describe.each<[string, Partial<StackLayout>]>([
    ['float32', {}],
    ['converted', { scalar: 'float64' }],
  ])('of %s frames', (_, given) => {
    const bytes = given.scalar === 'float64' ? bytesOf(Float64Array.from(diffraction)) : bytesOf(diffraction);
    const changes: [string, (path: string) => void, RegExp][] = [
      ['became shorter', (path) => truncateSync(path, bytes.length / 2), /was shortened to \d+ of \d+ bytes while it was open/],
      ['was written to', (path) => writeFileSync(path, new Uint8Array(bytes.length)), /was written to while it was open/],
      ['became longer', (path) => appendFileSync(path, 'x'), /was written to while it was open/],
      [
        'was replaced by another',
        (path) => {
          writeFileSync(`${path}.new`, bytes);
          renameSync(`${path}.new`, path);
        },
        /was replaced by another one while it was open/,
      ],
    ];

    it.each(changes)('reports that its file %s', async (title, change, message) => {
      const path = join(folder, `${title}-${given.scalar}.bin`);
      writeFileSync(path, bytes);
      utimesSync(path, 1e9, 1e9); // the clock of a file system ticks slower than this test
      const file = await DataFile.open(path);
      const source = new StackFrameSource({ stack: new StackFile(file, { position: 0, layout: { ...plain, ...given } }), source: 'scan' });
      const into = new Float32Array(pixels);
      await source.readFrames([1], into);
      change(path);
      for (const index of [0, frameCount - 1]) {
        const error = await source.readFrames([index], into).catch((thrown) => thrown);
        expect(error).toBeInstanceOf(DataFileError);
        expect(error).toMatchObject({ path, message: expect.stringMatching(message) });
      }
      await source.close();
    });

    it('reads on when its file was only removed, renamed or given other permissions', async () => {
      const path = join(folder, `kept-${given.scalar}.bin`);
      writeFileSync(path, bytes);
      const file = await DataFile.open(path);
      const source = new StackFrameSource({ stack: new StackFile(file, { position: 0, layout: { ...plain, ...given } }), source: 'scan' });
      chmodSync(path, 0o600);
      const into = new Float32Array(pixels);
      await source.readFrames([2], into);
      renameSync(path, `${path}.moved`);
      await source.readFrames([3], into);
      rmSync(`${path}.moved`);
      await source.readFrames([1], into);
      expectSame(into, diffraction.subarray(pixels, 2 * pixels));
      await source.close();
    });
  });

  it('reads runs longer than its scratch memory', async () => {
    const big = { ...plain, count: 40, size: 128, scalar: 'float64' as const };
    const values = Float64Array.from({ length: 40 * 128 * 128 }, (_, i) => i);
    const source = new StackFrameSource({ stack: await stackFile(bytesOf(values), big), source: 'scan' });
    const into = new Float32Array(values.length);
    await source.readFrames(
      Int32Array.from({ length: 40 }, (_, i) => i),
      into,
    );
    expectSame(into, Float32Array.from(values));
    await source.close();
  });

  it('lets others have their turn in a loop of reads that are done at once', async () => {
    const big = { ...plain, count: 40, size: 128 };
    await using stack = await stackFile(new Uint8Array(4 * 40 * 128 * 128), big);
    const source = new StackFrameSource({ stack, source: 'scan' });
    const into = new Float32Array(40 * 128 * 128);
    const indices = Int32Array.from({ length: 40 }, (_, i) => i);
    let heard = false;
    setImmediate(() => {
      heard = true;
    });
    for (let read = 0; read < 20 && !heard; read++) await source.readFrames(indices, into);
    expect(heard).toBe(true);
  });
});

describe('StackPatchSource', () => {
  const parts = Float32Array.from({ length: 2 * frameCount * pixels }, (_, i) => Math.sin(i));

  it.each<[string, Uint8Array, Partial<StackLayout>]>([
    ['complex64', bytesOf(parts), {}],
    ['complex128', bytesOf(Float64Array.from(parts)), { scalar: 'float64' }],
  ])('gathers %s patches, of any sign', async (_, bytes, layout) => {
    const source = new StackPatchSource({ stack: await stackFile(bytes, { ...plain, components: 2, ...layout }), source: 'scan' });
    const into = new Float32Array(4 * pixels);
    await source.readPatches([5, 2], into);
    expect(into.subarray(0, 2 * pixels)).toEqual(parts.subarray(10 * pixels, 12 * pixels));
    expect(into.subarray(2 * pixels)).toEqual(parts.subarray(4 * pixels, 6 * pixels));
    expect([source.patchCount, source.patchSize]).toEqual([frameCount, frameSize]);
    await expect(source.readPatches([0, 1, 2], into)).rejects.toThrow(RangeError);
    await source.close();
    await expect(source.readPatches([0], into)).rejects.toThrow(SourceClosedError);
  });
});
