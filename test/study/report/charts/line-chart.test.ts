import { describe, expect, it } from 'vitest';
import { chartFile } from '../../../../packages/study/src/report/charts/chart-file.js';
import { chartScales, ticksOf } from '../../../../packages/study/src/report/charts/chart-scales.js';
import { lineChart, tickText } from '../../../../packages/study/src/report/charts/line-chart.js';

const chart = {
  ...{ title: 'A <chart>', x: 'photons', y: 'SSIM', logX: true },
  series: [
    {
      name: 'one',
      colour: 'm-pinn',
      dots: 'with line',
      points: [
        [1e3, 0.5],
        [1e4, null],
        [1e5, 0.9],
        [1e6, 0.95],
      ],
    },
    { name: 'none', colour: 'm-pinn', points: [[1e3, null]] },
  ],
} as const;

describe('lineChart', () => {
  it('leaves a gap where there is no value, and a series without any out', () => {
    const { html } = lineChart(chart);
    expect(html.match(/<circle/g)).toHaveLength(3);
    expect(/class="line dash0" d="([^"]*)"/.exec(html)?.[1]?.match(/M/g)).toHaveLength(2);
    expect(html).not.toContain('none');
    expect(html).toContain('A &#60;chart&#62;');
  });

  it('says that there is no data', () => {
    expect(lineChart({ ...chart, series: [] }).html).toContain('no data');
  });

  it('is a file with colours and size of its own', () => {
    const svg = chartFile(chart);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="440" height="\d+" /);
    expect(svg).toContain('.m-pinn .line{stroke:#0072b2}');
  });
});

describe('chartScales', () => {
  it('puts equal ratios at equal distances on a logarithmic axis, and goes no further than the largest value there can be', () => {
    const { x, y } = chartScales({ logX: true, xs: [1e3, 1e5], ys: [0.2, 0.999], yMax: 1 });
    expect(x(1e4) - x(1e3)).toBeCloseTo(x(1e5) - x(1e4), 9);
    expect(y.domain()[1]).toBe(1);
    expect(ticksOf(x, { log: true, count: 6 })).toEqual([1e3, 1e4, 1e5]);
  });

  it('is linear where a logarithm does not exist', () => {
    const { y } = chartScales({ logY: true, xs: [0, 1], ys: [0, 10] });
    expect(y(5)).toBeCloseTo((y(0) + y(10)) / 2, 9);
  });
});

it.each([
  [0.1 + 0.2, '0.3'],
  [-0.25, '−0.25'],
  [1e5, '1e5'],
  [1.5e-7, '1.5e-7'],
])('%d is written %s', (value, text) => {
  expect(tickText(value)).toBe(text.replace('e-', 'e−'));
});
