import { Random } from '@ptychokit/config';
import { frc, frcThresholdAt } from '@ptychokit/metrics';
import { expect, test } from 'vitest';
import type { ComparedCell } from '../../../../packages/study/src/manifests/comparison-manifest.js';
import { cellCharts } from '../../../../packages/study/src/report/charts/cell-charts.js';

test('The half-bit curve of a chart is the one that the metric crosses, and each loss has a chart of its own', () => {
  const random = new Random(5);
  const image = () => ({ shape: [24, 36], data: Float64Array.from({ length: 2 * 24 * 36 }, () => random.normal()) });
  const curve = frc(image(), image());
  const method = (name: string, epochs: number) => ({
    ...{ method: name, label: name, frc: [...curve.correlation] },
    loss: Array.from({ length: epochs }, (_, i) => ({ epoch: i + 1, train: 1 / (i + 1), validation: null })),
  });
  const methods = [method('pinn', 20), method('supervised', 0), method('iterative', 3)];
  const result = { methods, frc_size_px: curve.size, frc_ring_pixels: [...curve.counts] };
  const charts = cellCharts({ dose: 1e3, view: 'v', split: 'test', result } as unknown as ComparedCell);
  expect(charts.map(({ name }) => name)).toEqual(['frc', 'loss_pinn', 'loss_iterative']);
  const [first, , third] = charts.map(({ chart }) => chart);
  expect(first?.levels?.map(({ value }) => value)).toEqual([0.5, 1 / 7]);
  const halfBit = first?.series.find(({ name }) => name === 'half-bit')?.points ?? [];
  for (const ring of [2, 5, 11]) {
    expect(halfBit[ring]?.[0]).toBeCloseTo(ring / (curve.size / 2), 12);
    expect(halfBit[ring]?.[1]).toBeCloseTo(Math.min(1, frcThresholdAt(curve, { ring, threshold: 'half-bit' })), 12);
  }
  expect(third?.logY).toBe(false); // 1 to 1/3 is little
  expect(charts[1]?.chart.logY).toBe(true);
});
