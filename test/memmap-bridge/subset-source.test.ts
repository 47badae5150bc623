import { InMemoryFrameSource, SubsetFrameSource } from '@ptychokit/memmap-bridge';
import { describe, it } from 'vitest';
import { testFrameSource } from '../contract/frame-source.js';
import { syntheticScan } from './support/synthetic-scan.js';

const { diffraction, frameSize } = syntheticScan();
const pixels = frameSize ** 2;
const chosen = Int32Array.of(7, 2, 2, 11, 0);
const expected = Float32Array.from([...chosen].flatMap((k) => [...diffraction.subarray(k * pixels, (k + 1) * pixels)]));
const all = (): InMemoryFrameSource => new InMemoryFrameSource(diffraction, { frameSize });

testFrameSource('SubsetFrameSource', async () => ({ source: new SubsetFrameSource(all(), chosen), expected, frameSize }));
testFrameSource('a SubsetFrameSource of another', async () => ({
  source: new SubsetFrameSource(
    new SubsetFrameSource(
      all(),
      Int32Array.from({ length: 12 }, (_, i) => 11 - i),
    ),
    chosen.map((k) => 11 - k),
  ),
  expected,
  frameSize,
}));

describe('SubsetFrameSource', () => {
  it('leaves the other source open when it is closed', async () => {
    const source = all();
    await new SubsetFrameSource(source, chosen).close();
    await source.readFrames([0], new Float32Array(pixels));
  });
});
