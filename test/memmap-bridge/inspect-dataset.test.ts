import { join } from 'node:path';
import { inspectDataset, type NpyValue, writeNpz } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { scanMembers, syntheticScan } from './support/synthetic-scan.js';
import { temporaryFolder } from './support/temporary-folder.js';

const folder = temporaryFolder();
const scan = syntheticScan({ frameCount: 20 });
const members = scanMembers(scan);

let files = 0;
async function inspect(changes: Record<string, NpyValue>, without: readonly string[] = []): ReturnType<typeof inspectDataset> {
  const path = join(folder, `${files++}.npz`);
  const all = Object.entries({ ...members, ...changes }).filter(([name]) => !without.includes(name));
  await writeNpz(path, Object.fromEntries(all), { deflate: files % 2 === 0 });
  return inspectDataset(path);
}

describe('inspectDataset', () => {
  it('describes a good file as plain data', async () => {
    const found = await inspect({});
    expect(found.issues).toEqual([]);
    expect(found.frames).toMatchObject({ key: 'diffraction', count: 20, size: 8, axis: 'first', badPixels: 0, looksLike: 'amplitude' });
    expect(found.frames?.maximum).toBeLessThanOrEqual(1);
    expect(found.scan).toMatchObject({ positions: 20, scans: { 0: 20 } });
    expect(found.scan?.x).toEqual([Math.min(...scan.xcoords), Math.max(...scan.xcoords)]);
    expect(found.scan?.stepPx).toBeGreaterThan(3);
    expect(found.scan?.stepPx).toBeLessThan(5);
    expect(found.probe).toEqual({ shape: [8, 8], power: scan.probeGuess.data.reduce((a, b) => a + b * b, 0) });
    expect(found.object).toEqual({ shape: scan.objectGuess.shape });
    expect(found.metadata).toEqual({ nphotons: 1e6, tool: 'test' });
    expect(found.members.map((member) => member.name)).toEqual(Object.keys(members));
    expect(found.members[0]).toMatchObject({ type: 'float32', shape: [20, 8, 8], compression: 'stored', unreadable: undefined });
    expect(JSON.parse(JSON.stringify(found))).toMatchObject({ path: found.path, bytes: found.bytes });
  });

  it('describes a legacy file, what opening it would do, and why it is refused', async () => {
    const data = Uint16Array.from({ length: 20 * 64 }, (_, i) => i % 7);
    const probe: NpyValue = { type: 'complex128', shape: [8, 8], data: Float64Array.from(scan.probeGuess.data) };
    const names: NpyValue = { type: 'str', shape: [1], data: ['a.tif'] };
    const found = await inspect({ diff3d: { type: 'uint16', shape: [8, 8, 20], data }, probeGuess: probe, filenames: names }, [
      'diffraction',
    ]);
    expect(found.frames).toMatchObject({ key: 'diff3d', sampled: 20 * 64, minimum: 0, maximum: 6, looksLike: 'counts' });
    expect(found.issues).toMatchObject([{ key: 'diff3d', fix: expect.stringContaining('ptychokit prepare') }]);
    expect(found.conversions).toEqual([
      'diff3d (historical name) read as diffraction',
      'probeGuess converted from complex128 to complex64',
    ]);
    expect(found.hints).toEqual(['not part of a scan, left alone: filenames']);
  });

  it('recognises sqrt(counts), and whole numbers that may be counts', async () => {
    const roots = Float32Array.from({ length: 20 * 64 }, (_, i) => Math.sqrt(i % 100));
    expect((await inspect({ diffraction: { type: 'float32', shape: [20, 8, 8], data: roots } })).frames?.looksLike).toBe('sqrt(counts)');
    const counts = roots.map((value) => Math.round(value * value));
    const found = await inspect({ diffraction: { type: 'float32', shape: [20, 8, 8], data: counts } });
    expect([found.frames?.looksLike, found.issues]).toEqual(['counts', []]);
    expect(found.hints[0]).toMatch(/whole numbers; if they are counts, take their square root/);
  });

  it('counts scans, zeros and bad pixels', async () => {
    const data = scan.diffraction.map((value, i) => (i % 2 === 0 ? 0 : value));
    data[1] = Number.NaN;
    const scanIndex = Int32Array.from({ length: 20 }, (_, i) => (i < 5 ? 3 : 9));
    const found = await inspect({ diffraction: { type: 'float32', shape: [20, 8, 8], data }, scan_index: scanIndex });
    expect(found.scan?.scans).toEqual({ 3: 5, 9: 15 });
    expect(found.frames?.badPixels).toBe(1);
    expect(found.frames?.zeroFraction).toBeCloseTo(0.5, 2);
    expect(found.issues).toHaveLength(1);
  });

  it('describes what is there of a file that has almost nothing', async () => {
    const found = await inspect(
      {},
      Object.keys(members).filter((name) => name !== 'ycoords'),
    );
    expect([found.frames, found.scan, found.probe, found.object]).toEqual([undefined, undefined, undefined, undefined]);
    expect(found.issues.map((issue) => issue.key)).toEqual(['diffraction', 'xcoords', 'probeGuess']);
  });
});
