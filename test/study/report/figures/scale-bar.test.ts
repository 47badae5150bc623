import { describe, expect, it } from 'vitest';
import { scaleBar } from '../../../../packages/study/src/report/figures/scale-bar.js';

describe('scaleBar', () => {
  it.each([
    [190, undefined, { lengthPx: 20, label: '20 px' }],
    [3, undefined, { lengthPx: 1, label: '1 px' }],
    [120, 17.2e-9, { lengthPx: 500 / 17.2, label: '500 nm (29 px)' }],
    [1000, 1e-8, { lengthPx: 200, label: '2 µm (200 px)' }],
    [200, 1e-11, { lengthPx: 50, label: '500 pm (50 px)' }],
    [20, 1e-6, { lengthPx: 5, label: '5 µm (5.0 px)' }],
  ])('for %i pixels of %s m is a round length', (width, pixelSize_m, expected) => {
    const bar = scaleBar(width, pixelSize_m);
    expect(bar.label).toBe(expected.label);
    expect(bar.lengthPx).toBeCloseTo(expected.lengthPx, 6);
  });
});
