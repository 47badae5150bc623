import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SolveDataError } from '@ptychokit/iterative';
import { expect, it } from 'vitest';
import { waveLoops } from '../../../packages/iterative/src/kernels/wave-loops.js';
import { WAVE_LOOPS_SOURCE } from '../../../packages/iterative/src/kernels/wave-loops-binary.js';

it('The compiled loops are those of the source: else run npm run wasm', () => {
  const folder = fileURLToPath(new URL('../../../packages/iterative/assembly', import.meta.url));
  const digest = createHash('sha256');
  for (const name of readdirSync(folder).sort()) digest.update(readFileSync(join(folder, name)));
  expect(digest.digest('hex')).toBe(WAVE_LOOPS_SOURCE);
});

it('Regions do not overlap, share no line of the cache, and grow with what is asked for', () => {
  const loops = waveLoops({ threads: 1 });
  const small = loops.reserve({ first: 100, second: 4 });
  expect(small).toEqual({ first: 384, second: 512 });
  const large = loops.reserve({ first: 2e6, second: 8 });
  loops.floats(large.first, 5e5).fill(1);
  loops.doubles(large.second, 1).fill(2);
  expect(loops.floats(large.first, 5e5).every((value) => value === 1)).toBe(true);
});

it('A batch that cannot be had at once is refused with what it needs, and the loops stay usable', () => {
  const loops = waveLoops({ threads: 1 });
  const reserve = (): unknown => loops.reserve({ waves: 5 * 2 ** 30 });
  expect(reserve).toThrow(SolveDataError);
  expect(reserve).toThrow(/need 5\.0 GiB/);
  const { one } = loops.reserve({ one: 8 });
  expect(loops.doubles(one, 1).fill(3)[0]).toBe(3);
});
