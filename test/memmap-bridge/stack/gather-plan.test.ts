import { Random } from '@ptychokit/config';
import { describe, expect, it } from 'vitest';
import { planGather } from '../../../packages/memmap-bridge/src/stack/gather-plan.js';

describe('planGather', () => {
  it.each<[string, number[], [number, number[]][], [number, number][]]>([
    ['nothing', [], [], []],
    ['one record', [5], [[5, [0]]], []],
    ['neighbours as one read', [3, 4, 5], [[3, [0, 1, 2]]], []],
    ['neighbours as one read in whatever order they are wanted', [5, 3, 4], [[3, [1, 2, 0]]], []],
    [
      'distant records as reads of their own, in the order of the file',
      [9, 1, 5],
      [
        [1, [1]],
        [5, [2]],
        [9, [0]],
      ],
      [],
    ],
    [
      'what is wanted twice as one read and a copy',
      [7, 2, 7, 8, 7],
      [
        [2, [1]],
        [7, [0, 3]],
      ],
      [
        [0, 2],
        [0, 4],
      ],
    ],
  ])('plans %s', (_, indices, runs, copies) => {
    const plan = planGather(indices);
    expect(plan.runs.map(({ record, places }) => [record, places])).toEqual(runs);
    expect(plan.copies).toEqual(copies);
  });

  it('cuts runs that are too long', () => {
    const plan = planGather(
      Int32Array.from({ length: 10 }, (_, i) => i),
      4,
    );
    expect(plan.runs.map(({ places }) => places.length)).toEqual([4, 4, 2]);
  });

  it('fills every place once with what was asked for', () => {
    const random = new Random(0, 'gather-plan');
    for (let round = 0; round < 300; round++) {
      const indices = Int32Array.from({ length: random.integer(40) }, () => random.integer(30));
      const filled = new Int32Array(indices.length).fill(-1);
      const plan = planGather(indices, 1 + random.integer(6));
      for (const { record, places } of plan.runs) {
        for (const [k, place] of places.entries()) {
          expect(filled[place]).toBe(-1);
          filled[place] = record + k;
        }
      }
      for (const [from, to] of plan.copies) {
        expect(filled[to]).toBe(-1);
        filled[to] = filled[from] as number;
      }
      expect(filled).toEqual(indices);
    }
  });
});
