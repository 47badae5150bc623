import type { DatasetBridge } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';

/**
 * The contract of {@link DatasetBridge}: every implementation runs it.
 *
 * @param make a new bridge to a scan with at least one frame
 */
export function testDatasetBridge(name: string, make: () => Promise<DatasetBridge>): void {
  describe(`${name} as a DatasetBridge`, () => {
    it('gives one and the same scan however often and however concurrently it is asked', async () => {
      const bridge = await make();
      const scans = await Promise.all([bridge.rawData(), bridge.rawData(), bridge.rawData()]);
      scans.push(await bridge.rawData());
      expect(new Set(scans).size).toBe(1);
      await bridge.close();
    });

    it('gives a scan whose parts belong together', async () => {
      const bridge = await make();
      const raw = await bridge.rawData();
      expect(raw.frameCount).toBeGreaterThan(0);
      for (const values of [raw.xcoords, raw.ycoords, raw.xcoordsStart, raw.ycoordsStart, raw.scanIndex])
        expect(values).toHaveLength(raw.frameCount);
      const frame = new Float32Array(raw.frameSize ** 2);
      await raw.frames.readFrames([raw.frameCount - 1], frame);
      expect(frame.some((value) => value > 0)).toBe(true);
      await bridge.close();
    });

    it('may be closed unused, twice, and by disposal', async () => {
      const bridge = await make();
      await bridge.close();
      await bridge.close();
      const other = await make();
      await other.rawData();
      await other[Symbol.asyncDispose]();
    });
  });
}
