import type { ComparisonRow } from '../../compare/comparison-tables.js';
import { html, type Markup } from './markup.js';
import { isBest } from './metric-table.js';
import { METRIC_TEXT, methodClass, numberText } from './names.js';

const SHOWN = ['amplitude_ssim', 'phase_ssim', 'phase_mae', 'frc_half_bit'] as const;

/** How often each method is the best of a cell, and its median, for the metrics that are looked at first. */
export function headline(rows: readonly ComparisonRow[]): Markup {
  const scored = rows.filter(({ status }) => status === 'scored');
  const methods = [...new Set(scored.map(({ method }) => method))];
  if (methods.length === 0) return html`<p>No method could be scored; the table says why.</p>`;
  const lines = methods.map((method) => {
    const own = scored.filter((row) => row.method === method);
    const cells = SHOWN.map((key) => {
      const values = own.flatMap(({ metrics }) => metrics[key] ?? []);
      const { better } = METRIC_TEXT[key] as (typeof METRIC_TEXT)[string];
      const wins = own.filter((row) => isBest(row, { key, better, rows })).length;
      return html`<td class="number">${numberText(median(values))}</td><td class="number quiet">${values.length === 0 ? '' : `best in ${wins} of ${values.length}`}</td>`;
    });
    return html`<tr><th scope="row" class="method ${methodClass(method)}">${method}</th>${cells}</tr>`;
  });
  const head = SHOWN.map((key) => html`<th scope="col" colspan="2">${METRIC_TEXT[key]?.name}</th>`);
  return html`<table class="plain"><caption>Median over all cells, both splits</caption><thead><tr><td></td>${head}</tr></thead><tbody>${lines}</tbody></table>`;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
