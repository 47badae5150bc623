import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SolveDataError } from '@ptychokit/iterative';
import { expect, it } from 'vitest';
import { waveLoops } from '../../../packages/iterative/src/kernels/wave-loops.js';
import { WAVE_LOOPS_SOURCE } from '../../../packages/iterative/src/kernels/wave-loops-binary.js';

it('The compiled loops are those of the source: else run npm run wasm', () => {
  const source = readFileSync(new URL('../../../packages/iterative/assembly/wave-loops.ts', import.meta.url));
  expect(createHash('sha256').update(source).digest('hex')).toBe(WAVE_LOOPS_SOURCE);
});

it('Regions do not overlap, start where the engine takes them without a copy, and grow with what is asked for', () => {
  const loops = waveLoops();
  const small = loops.reserve({ first: 100, second: 4 });
  expect(small).toEqual({ first: 64, second: 192 });
  const large = loops.reserve({ first: 2e6, second: 8 });
  loops.floats(large.first, 5e5).fill(1);
  loops.doubles(large.second, 1).fill(2);
  expect(loops.floats(large.first, 5e5).every((value) => value === 1)).toBe(true);
});

it('A batch that cannot be had at once is refused with what it needs, and the loops stay usable', () => {
  const loops = waveLoops();
  const reserve = (): unknown => loops.reserve({ waves: 5 * 2 ** 30 });
  expect(reserve).toThrow(SolveDataError);
  expect(reserve).toThrow(/need 5\.0 GiB/);
  const { one } = loops.reserve({ one: 8 });
  expect(loops.doubles(one, 1).fill(3)[0]).toBe(3);
});
