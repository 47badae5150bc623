import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFileError, NpzFile, NpzWriter, writeNpz } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { syntheticScan } from '../support/synthetic-scan.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);
const frames = syntheticScan({ frameCount: 10, frameSize: 16 }).diffraction;

async function writeStream(target: string, deflate: boolean): Promise<void> {
  const writer = await NpzWriter.create(target, { deflate });
  await writer.add('x', Float64Array.of(1, 2, 3));
  await writer.begin('diffraction', { type: 'float32', shape: [10, 16, 16] });
  for (let k = 0; k < 10; k += 2) await writer.append(frames.subarray(k * 256, (k + 2) * 256));
  await writer.add('note', 'two\nlines');
  await writer.begin('c', { type: 'complex64', shape: [1, 2] });
  await writer.append(Float32Array.of(1, 2, 3, 4));
  await writer.finish();
}

describe('NpzWriter', () => {
  it.each([false, true])('writes members whole and piece by piece (deflate: %s)', async (deflate) => {
    const target = path(`stream-${deflate}.npz`);
    await writeStream(target, deflate);
    const npz = await NpzFile.open(target);
    expect(npz.names).toEqual(['x', 'diffraction', 'note', 'c']);
    expect(npz.entry('diffraction').method).toBe(deflate ? 8 : 0);
    expect(await npz.read('diffraction')).toEqual({ type: 'float32', shape: [10, 16, 16], data: frames });
    expect((await npz.read('x')).data).toEqual(Float64Array.of(1, 2, 3));
    expect((await npz.read('note')).data).toEqual(['two\nlines']);
    expect(await npz.read('c')).toEqual({ type: 'complex64', shape: [1, 2], data: Float32Array.of(1, 2, 3, 4) });
    await npz.close();
  });

  it.each([false, true])('gives equal bytes for equal calls, however the pieces are cut (deflate: %s)', async (deflate) => {
    await writeStream(path('once.npz'), deflate);
    await writeStream(path('twice.npz'), deflate);
    expect(readFileSync(path('twice.npz')).equals(readFileSync(path('once.npz')))).toBe(true);
    await writeNpz(path('whole.npz'), { d: { type: 'float32', shape: [10, 16, 16], data: frames } });
    const writer = await NpzWriter.create(path('cut.npz'));
    await writer.begin('d', { type: 'float32', shape: [10, 16, 16] });
    for (let at = 0; at < frames.length; at += 100) await writer.append(frames.subarray(at, at + 100));
    await writer.finish();
    expect(readFileSync(path('cut.npz')).equals(readFileSync(path('whole.npz')))).toBe(true);
  });

  it('shows nothing under the final name before it is finished, and keeps the old file until then', async () => {
    const target = path('old.npz');
    writeFileSync(target, 'old');
    const writer = await NpzWriter.create(target);
    await writer.add('x', 1);
    expect(readFileSync(target, 'utf8')).toBe('old');
    await writer.abort();
    expect(readFileSync(target, 'utf8')).toBe('old');
    expect(readdirSync(folder).filter((name) => name.startsWith('old'))).toEqual(['old.npz']);
  });

  it('removes what it wrote when an array is incomplete', async () => {
    const writer = await NpzWriter.create(path('short.npz'));
    await writer.begin('d', { type: 'float32', shape: [4] });
    await writer.append(Float32Array.of(1));
    await expect(writer.finish()).rejects.toThrow(/expected 144 bytes in d.npy, got 132/);
    expect(readdirSync(folder).filter((name) => name.startsWith('short'))).toEqual([]);
    await expect(writer.add('x', 1)).rejects.toThrow(/aborted already/);
  });

  it('refuses too much, the wrong type, a name twice, and data before begin()', async () => {
    const writer = await NpzWriter.create(path('wrong.npz'));
    await expect(writer.append(Float32Array.of(1))).rejects.toThrow(/begin\(\) before append/);
    await writer.begin('d', { type: 'float32', shape: [2] });
    await expect(writer.append(Float32Array.of(1, 2, 3))).rejects.toThrow(/at most 8 more bytes/);
    await expect(writer.append(Float64Array.of(1, 2))).rejects.toThrow(TypeError);
    await writer.append(Float32Array.of(1, 2));
    await expect(writer.add('d', 1)).rejects.toThrow(/'d' twice/);
    await writer.abort();
  });

  it('says which folder cannot be written', async () => {
    await expect(NpzWriter.create(path('none/x.npz'))).rejects.toThrow(DataFileError);
    await expect(NpzWriter.create(path('none/x.npz'))).rejects.toThrow(/cannot be written[\s\S]*none/);
  });

  it('leaves nothing behind when an array of a record cannot be written', async () => {
    await expect(writeNpz(path('bad.npz'), { a: 1, b: { type: 'float32', shape: [3], data: Float32Array.of(1) } })).rejects.toThrow(
      RangeError,
    );
    expect(readdirSync(folder).filter((name) => name.startsWith('bad'))).toEqual([]);
  });

  it.skipIf(spawnSync('python3', ['-c', 'import numpy']).status !== 0)('writes what numpy loads', async () => {
    await writeStream(path('numpy.npz'), true);
    const script = `import numpy, sys
z = numpy.load(sys.argv[1], allow_pickle=False)
print([(k, str(z[k].dtype), z[k].shape) for k in z.files], z.zip.testzip(), float(z['diffraction'].sum()), z['c'][0, 1], str(z['note']))`;
    const { stdout, stderr } = spawnSync('python3', ['-c', script, path('numpy.npz')], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toContain(
      "[('x', 'float64', (3,)), ('diffraction', 'float32', (10, 16, 16)), ('note', '<U9', ()), ('c', 'complex64', (1, 2))] None",
    );
    expect(stdout).toContain('(3+4j) two\nlines');
  });
});
