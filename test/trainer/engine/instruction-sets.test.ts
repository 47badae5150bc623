import { describe, expect, it } from 'vitest';
import { instructionSets } from '../../../packages/trainer/src/engine/instruction-sets.js';

describe('instructionSets', () => {
  it.each([
    { flags: 'fpu sse4_2 avx avx2 fma avx512f amx_tile', names: ['SSE4.2', 'AVX', 'AVX2', 'FMA', 'AVX512F', 'AMX_TILE'] },
    { flags: 'fp asimd sve', names: ['NEON', 'SVE'] },
    { flags: 'avxish', names: [] },
    { flags: '', names: [] },
  ])('reads "$flags"', ({ flags, names }) => {
    expect(instructionSets(flags)).toEqual(names);
  });

  it.runIf(process.platform === 'linux')('finds some on this machine', () => {
    expect(instructionSets().length).toBeGreaterThan(0);
  });
});
