import { siemensMap } from '@ptychokit/physics';
import { describe, expect, it } from 'vitest';

describe('siemensMap', () => {
  it('has as many spokes as asked, 0 outside, half bright inside', () => {
    const { data } = siemensMap({ height: 201, width: 201, spokes: 12, relativeRadius: 0.9 });
    const at = (x: number, y: number): number => data[(100 + y) * 201 + 100 + x] as number;
    expect(at(98, 0)).toBe(0);
    expect(at(70, 70)).toBe(0);
    let changes = 0;
    let before = 0;
    let bright = 0;
    for (let i = 0; i <= 3600; i++) {
      const angle = (2 * Math.PI * (i + 0.5)) / 3600;
      const now = at(Math.round(80 * Math.cos(angle)), Math.round(80 * Math.sin(angle))) > 0.5 ? 1 : 0;
      if (i > 0 && now !== before) changes += 1;
      before = now;
      bright += now;
    }
    expect(changes).toBe(24);
    expect(bright / 3600).toBeCloseTo(0.5, 1);
    expect(data.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it.each([0, 2.5])('refuses %f spokes', (spokes) => {
    expect(() => siemensMap({ height: 8, width: 8, spokes })).toThrow(/whole number of spokes/);
  });
});
