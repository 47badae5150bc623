import type { ComparisonRow } from '@ptychokit/study';
import { describe, expect, it } from 'vitest';
import { isBest, metricTable } from '../../../../packages/study/src/report/page/metric-table.js';

const nothing = { gridsize: 2, reason: null, undefined_because: {}, train_s: null, reconstruct_s: null } as const;
const row = (method: string, metrics: ComparisonRow['metrics'], more: Partial<ComparisonRow> = {}): ComparisonRow => ({
  ...{ ...nothing, dose: 1e3, view: 'dense', split: 'test', method, status: 'scored', metrics },
  ...more,
});
const METRICS = { ssim: { name: 'SSIM', better: 'high', help: '' }, mae: { name: 'MAE', better: 'low', help: '' } } as const;

describe('isBest', () => {
  const rows = [
    row('A', { ssim: 0.9, mae: 0.2 }),
    row('B', { ssim: 0.8, mae: 0.1 }),
    row('C', { ssim: null }),
    row('A', { ssim: 0.99 }, { view: 'sparse' }),
  ];

  it('is decided within a cell, in the direction of the metric', () => {
    const best = (key: string, better: 'high' | 'low'): readonly string[] =>
      rows.filter((one) => isBest(one, { key, better, rows })).map(({ method, view }) => `${method} ${view}`);
    expect(best('ssim', 'high')).toEqual(['A dense']); // alone in its cell is no best
    expect(best('mae', 'low')).toEqual(['B dense']);
  });
});

describe('metricTable', () => {
  it('shows every row: numbers with their values to sort by, reasons as notes that are said once', () => {
    const rows = [
      row('A', { ssim: 0.91234, mae: null }, { undefined_because: { mae: 'no <truth>' } }),
      row('B', { ssim: 0.8, mae: null }, { undefined_because: { mae: 'no <truth>' } }),
      row('C', {}, { status: 'missing', reason: 'not "there"' }),
    ];
    const { html } = metricTable(rows, { id: 't', caption: 'c', metrics: METRICS, times: true });
    expect(html.match(/<tr data-dose/g)).toHaveLength(3);
    expect(html).toMatch(/class="number best" data-value="0.91234"><span role="img" aria-label="best">★<\/span> 0\.9123</);
    expect(html.match(/id="t-note-/g)).toHaveLength(1);
    expect(html).toContain('MAE: no &#60;truth&#62;');
    expect(html).toContain('colspan="4">missing: not &#34;there&#34;</td>');
  });
});
