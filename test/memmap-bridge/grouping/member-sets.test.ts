import { Random } from '@ptychokit/config';
import { describe, expect, it } from 'vitest';
import { MemberSets } from '../../../packages/memmap-bridge/src/grouping/member-sets.js';

describe('MemberSets', () => {
  it('takes the same members in another order for the same group', () => {
    const sets = new MemberSets(3, 3);
    expect(sets.add(Int32Array.of(1, 2, 3))).toBe(true);
    expect(sets.add(Int32Array.of(3, 1, 2))).toBe(false);
    expect(sets.add(Int32Array.of(1, 2, 4))).toBe(true);
    expect(sets.count).toBe(2);
    expect(sets.members()).toEqual(Int32Array.of(1, 2, 3, 1, 2, 4));
  });

  it('agrees with a set of sorted texts on many random groups', () => {
    const random = new Random(0, 'member-sets');
    const sets = new MemberSets(5000, 4);
    const texts = new Set<string>();
    for (let i = 0; i < 5000; i++) {
      const group = random.choose(14, 4);
      const text = [...group].sort((a, b) => a - b).join();
      expect(sets.add(group)).toBe(!texts.has(text));
      texts.add(text);
    }
    expect(sets.count).toBe(texts.size);
  });
});
