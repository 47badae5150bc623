import { FrameValueError, InMemoryFrameSource, SourceClosedError } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { testFrameSource } from '../contract/frame-source.js';
import { syntheticScan } from './support/synthetic-scan.js';

const { diffraction, frameSize } = syntheticScan();

testFrameSource('InMemoryFrameSource', async () => ({
  source: new InMemoryFrameSource(diffraction, { frameSize }),
  expected: diffraction,
  frameSize,
}));

describe('InMemoryFrameSource', () => {
  it('refuses a length that is no whole number of frames', () => {
    expect(() => new InMemoryFrameSource(new Float32Array(10), { frameSize: 3 })).toThrow(/expected frames of 3 x 3 pixels, got 10/);
    expect(() => new InMemoryFrameSource(new Float32Array(10), { frameSize: 0 })).toThrow(RangeError);
  });

  it('refuses frames that hold no amplitudes, and reads after closing', async () => {
    const bad = new Float32Array(8).fill(1);
    bad[5] = Number.NaN;
    const source = new InMemoryFrameSource(bad, { frameSize: 2, source: 'made up' });
    await source.readFrames([0], new Float32Array(4));
    await expect(source.readFrames([0, 1], new Float32Array(8))).rejects.toThrow(FrameValueError);
    await source.close();
    await expect(source.readFrames([0], new Float32Array(4))).rejects.toThrow(SourceClosedError);
  });
});
