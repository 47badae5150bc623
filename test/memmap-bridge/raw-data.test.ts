import { ConfigOrderError, LegacyParams } from '@ptychokit/config';
import { InMemoryFrameSource, RawData } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { trainingConfig } from './support/configuration.js';
import { rawScan, syntheticScan } from './support/synthetic-scan.js';

const scan = syntheticScan();

describe('RawData', () => {
  it('fills in what the contract leaves out', () => {
    const { scanIndex: _, objectGuess: __, ...rest } = scan;
    const raw = RawData.fromArrays(rest);
    expect(raw.xcoordsStart).toBe(raw.xcoords);
    expect(raw.scanIndex).toEqual(new Int32Array(12));
    expect([raw.objectGuess, raw.metadata, raw.conversions, raw.source]).toEqual([undefined, {}, [], 'arrays in memory']);
  });

  it.each<[string, Partial<Parameters<typeof RawData.fromArrays>[0]>, RegExp]>([
    ['xcoords', { xcoords: Float64Array.of(1) }, /xcoords of length 12 \(one per frame\), got 1/],
    ['scanIndex', { scanIndex: Int32Array.of(1) }, /scanIndex/],
    ['the probe', { probeGuess: { shape: [4, 4], data: new Float32Array(32) } }, /probeGuess of shape \[8, 8\]/],
    ['the object', { objectGuess: { shape: [1, 4, 4], data: new Float32Array(32) } }, /objectGuess of shape \[H, W\]/],
  ])('refuses %s of another size', (_, change, message) => {
    expect(() => RawData.fromArrays({ ...scan, ...change })).toThrow(message);
  });

  it('gives a view of chosen frames that closes nothing', async () => {
    const raw = rawScan(scan);
    const view = raw.subset([5, 0]).subset([1, 0, 0]);
    expect(view.frameCount).toBe(3);
    expect(view.xcoords).toEqual(Float64Array.of(scan.xcoords[0] as number, scan.xcoords[5] as number, scan.xcoords[5] as number));
    const frame = new Float32Array(64);
    await view.frames.readFrames([1], frame);
    expect(frame).toEqual(scan.diffraction.subarray(5 * 64, 6 * 64));
    expect(view.objectGuess).toBe(raw.objectGuess);
    await view.close();
    await raw.frames.readFrames([0], frame);
    expect(() => raw.subset([12])).toThrow(RangeError);
    expect(() => raw.subset([-1])).toThrow(RangeError);
  });

  it('closes its frames when it is closed or disposed', async () => {
    const source = new InMemoryFrameSource(scan.diffraction, { frameSize: 8 });
    const { frameSize: _, diffraction: __, frameCount: ___, ...rest } = scan;
    await new RawData({ ...rest, frames: source })[Symbol.asyncDispose]();
    await expect(source.readFrames([0], new Float32Array(64))).rejects.toThrow(/closed/);
  });
});

describe('RawData.group (CONFIG-001)', () => {
  const raw = rawScan(scan);
  const config = trainingConfig({ model: { gridsize: 2 } });

  it('groups once the parameters are bridged from this configuration', () => {
    const params = new LegacyParams();
    params.bridge(config);
    expect(raw.group(config, params)).toMatchObject({ groupCount: 12, channels: 4 });
  });

  it('refuses parameters that were not bridged, or from another configuration', () => {
    expect(() => raw.group(config, new LegacyParams())).toThrow(ConfigOrderError);
    const params = new LegacyParams();
    params.bridge(trainingConfig({ model: { gridsize: 2 } }));
    expect(() => raw.group(config, params)).toThrow(ConfigOrderError);
  });
});
