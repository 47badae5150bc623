import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StackLayout } from '../../../packages/memmap-bridge/src/stack/layout.js';
import { TransposeWriter } from '../../../packages/memmap-bridge/src/stack/transpose-writer.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();

describe('TransposeWriter', () => {
  const cases = [1, 300, 2000, 1 << 20].flatMap((budget) =>
    ([1, 2] as const).flatMap((components) => [false, true].map((transposed) => ({ budget, components, transposed }))),
  );

  it.each(cases)(
    'turns pixels of all frames into frames within a budget of $budget bytes ($components parts, transposed: $transposed)',
    async (given) => {
      const { budget, components, transposed } = given;
      const layout: StackLayout = { count: 7, size: 6, components, scalar: 'float32', bigEndian: false, contiguous: false, transposed };
      const value = (k: number, r: number, c: number, part: number): number => 1000 * k + 100 * r + 10 * c + part;
      const source: number[] = [];
      const expected: number[] = [];
      for (let p = 0; p < 36; p++) {
        const [r, c] = transposed ? [p % 6, Math.floor(p / 6)] : [Math.floor(p / 6), p % 6];
        for (let k = 0; k < 7; k++) for (let part = 0; part < components; part++) source.push(value(k, r, c, part));
      }
      for (let k = 0; k < 7; k++)
        for (let r = 0; r < 6; r++)
          for (let c = 0; c < 6; c++) for (let part = 0; part < components; part++) expected.push(value(k, r, c, part));
      const path = join(folder, `${JSON.stringify(given)}.bin`.replace(/[^a-z0-9.]/g, ''));
      const handle = await open(path, 'w+');
      const writer = new TransposeWriter(handle, layout, { budget });
      const bytes = new Uint8Array(Float32Array.from(source).buffer);
      for (let at = 0; at < bytes.length; at += 101) await writer.push(bytes.subarray(at, at + 101));
      await writer.finish();
      await handle.close();
      expect(new Float32Array(new Uint8Array(await readFile(path)).buffer)).toEqual(Float32Array.from(expected));
    },
  );
});
