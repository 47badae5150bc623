import type { ComplexArray } from '@ptychokit/config';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { amplitudeFigure, phaseFigure, relativePhase, toPng } from '../../../../packages/study/src/report/figures/object-figures.js';

describe('toPng', () => {
  it('paints low amplitudes with the first and high ones with the last colour, transparent outside the region', () => {
    const object = complexImage([2, 2], (i) => [i + 1, 0]);
    const picture = decode(toPng(object, 'amplitude', { region: Uint8Array.of(1, 1, 1, 0), range: [1, 3] }));
    expect([picture.width, picture.height, picture.channels]).toEqual([2, 2, 4]);
    expect([...picture.data.subarray(0, 4)]).toEqual([0x44, 0x01, 0x54, 255]); // viridis starts here
    expect([...picture.data.subarray(8, 12)]).toEqual([0xfd, 0xe7, 0x25, 255]); // and ends here
    expect(picture.data[15]).toBe(0);
  });

  it('takes a result in place of an object, with the region it names', () => {
    const object = complexImage([2, 2], (i) => [i + 1, 0]);
    const region = Uint8Array.of(1, 1, 1, 0);
    expect(toPng({ object, region }, 'amplitude')).toEqual(toPng(object, 'amplitude', { region }));
    expect(toPng({ object, region }, 'amplitude')).not.toEqual(toPng(object, 'amplitude'));
  });

  it('keeps the shape of an image that is not square', () => {
    const { width, height } = decode(
      toPng(
        complexImage([3, 7], () => [1, 0]),
        'phase',
      ),
    );
    expect([width, height]).toEqual([7, 3]);
  });

  it('refuses what is no image', () => {
    expect(() => toPng({ shape: [2, 2, 2], data: new Float32Array(16) }, 'phase')).toThrow(
      /expected an object \[rows, columns\], got \[2,2,2\]/,
    );
  });
});

describe('relativePhase', () => {
  it('takes the mean phase of the region to zero and keeps differences, across the branch cut', () => {
    const phases = [3.0, 3.2, 3.4, 1.0];
    const object = complexImage([2, 2], (i) => [Math.cos(phases[i] as number), Math.sin(phases[i] as number)]);
    const relative = relativePhase(object, Uint8Array.of(1, 1, 1, 0));
    expect([...relative.subarray(0, 3)].map((phase) => Number(phase.toFixed(5)))).toEqual([-0.2, 0, 0.2]);
  });
});

describe('figures of an object', () => {
  const object = complexImage([40, 60], (i) => [1 + 0.2 * Math.sin(i), 0.3 * Math.cos(i)]);

  it('have axes in scan coordinates, a colour bar and a scale bar, in vector and raster form', async () => {
    const figure = await amplitudeFigure(object, { origin: { x: 100, y: 0 }, title: 'Object of scan 7', pixelSize_m: 20e-9 });
    for (const text of ['Object of scan 7', 'x (px)', 'y (px)', 'amplitude', '200 nm (10 px)', '>120<']) expect(figure.svg).toContain(text);
    const { width, height } = decode(figure.png);
    expect(width).toBeGreaterThan(800);
    expect(width).toBeLessThan(1100);
    expect(height).toBeGreaterThan(500);
  });

  it('are the same bytes every time', async () => {
    const [first, second] = await Promise.all([phaseFigure(object), phaseFigure(object)]);
    expect(Buffer.from(first.png).equals(Buffer.from(second.png))).toBe(true);
  });

  it('draw text with the fonts of the package', async () => {
    const figure = await amplitudeFigure(object, { title: 'A title that must leave ink' });
    const { data, width } = decode(figure.png);
    const rows = data.subarray(0, 4 * width * 100); // above the picture there is only the title
    expect(rows.some((value, i) => i % 4 !== 3 && value < 100)).toBe(true);
  });

  it('show a narrow phase on a sequential map and a wide one around the whole circle', async () => {
    const narrow = await phaseFigure(complexImage([9, 9], (i) => [Math.cos(i / 100), Math.sin(i / 100)]));
    const wide = await phaseFigure(complexImage([9, 9], (i) => [Math.cos(i), Math.sin(i)]));
    expect(narrow.svg).not.toContain('−π/2');
    expect(wide.svg).toContain('−π/2');
  });

  it('show only the region and its rim', async () => {
    const region = new Uint8Array(40 * 60);
    for (let row = 10; row < 20; row++) region.fill(1, row * 60 + 30, row * 60 + 42);
    const { svg } = await amplitudeFigure(object, { region });
    expect(svg).toContain('>30<');
    expect(svg).not.toContain('>50<');
  });
});

function complexImage(shape: readonly [number, number], at: (i: number) => readonly [number, number]): ComplexArray {
  const data = new Float32Array(2 * shape[0] * shape[1]);
  for (let i = 0; i < data.length / 2; i++) data.set(at(i), 2 * i);
  return { shape, data };
}
