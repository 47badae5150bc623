import { durationText } from '../../cli/duration-text.js';
import type { ComparisonRow } from '../../compare/comparison-tables.js';
import { doseLabel } from '../../study-layout.js';
import { html, type Markup } from './markup.js';
import { type MetricText, methodClass, numberText } from './names.js';
import { Notes } from './notes.js';

/** Which metrics a table shows. */
export interface MetricTable {
  /** Identifier in the page. */
  readonly id: string;
  readonly caption: string;
  /** The best method of a cell is marked. */
  readonly metrics: Readonly<Record<string, MetricText>>;
  /** Shown, and no method is best by them. */
  readonly unranked?: Readonly<Record<string, MetricText>>;
  /** Also what training and reconstruction took. */
  readonly times?: boolean;
}

/** A sortable table of all methods on all cells; what has no number has a note with the reason. */
export function metricTable(rows: readonly ComparisonRow[], table: MetricTable): Markup {
  const notes = new Notes(`${table.id}-note`);
  const shown = { ...table.metrics, ...table.unranked };
  const body = rows.map((row) => tableRow(row, { rows, notes, table }));
  const places = ['Dose', 'View', 'Split', 'Method'].map((name) => headCell(name, ''));
  const times =
    table.times === true
      ? [headCell('Training', 'wall time'), headCell('Recon.', 'time of the reconstruction: inference with stitching, or iterations')]
      : [];
  return html`<div class="filters" data-for="${table.id}" hidden>${['dose', 'view', 'split', 'method'].map(
    (name) => html`<label>${name} <select data-filter="${name}"><option value="">all</option>${optionsOf(rows, name)}</select></label> `,
  )}</div>
<div class="scroll" tabindex="0" role="region" aria-label="${table.caption}"><table id="${table.id}" class="sortable"><caption>${table.caption}</caption><thead><tr>${places}${Object.values(
    shown,
  ).map(({ name, help }) => headCell(name, help))}${times}</tr></thead><tbody>${body}</tbody></table></div>
${notes.list()}`;
}

const headCell = (name: string, help: string): Markup =>
  html`<th scope="col" aria-sort="none"><button type="button" title="${help}">${name}</button></th>`;

function optionsOf(rows: readonly ComparisonRow[], name: string): readonly Markup[] {
  const values = new Set(rows.map((row) => String(row[name as 'view'])).filter((value) => value !== ''));
  return [...values].map((value) => html`<option value="${value}">${name === 'dose' ? doseLabel(Number(value)) : value}</option>`);
}

interface RowContext {
  readonly rows: readonly ComparisonRow[];
  readonly notes: Notes;
  readonly table: MetricTable;
}

function tableRow(row: ComparisonRow, { rows, notes, table }: RowContext): Markup {
  const { dose, view, split, method, status, reason } = row;
  const { metrics, unranked = {}, times = false } = table;
  const attributes = html`data-dose="${String(dose)}" data-view="${view}" data-split="${split}" data-method="${method}"`;
  const place = html`<th scope="row" data-value="${dose}">${doseLabel(dose)}</th><td>${view}</td><td>${split}</td><td class="method ${methodClass(method)}">${method}</td>`;
  const columns = Object.keys(metrics).length + Object.keys(unranked).length + (times ? 2 : 0);
  if (status !== 'scored') return html`<tr ${attributes}>${place}<td class="reason" colspan="${columns}">${status}: ${reason}</td></tr>\n`;
  const cells = Object.entries({ ...metrics, ...unranked }).map(([key, { name, better }]) => {
    const value = row.metrics[key] ?? null;
    if (value === null)
      return html`<td class="number none">–${notes.mark(`${name}: ${row.undefined_because[key] ?? 'not computed'}`)}</td>`;
    const best = key in metrics && isBest(row, { key, better, rows });
    const star = best && html`<span role="img" aria-label="best">★</span> `;
    return html`<td class="number${best ? ' best' : ''}" data-value="${value}">${star}${numberText(value)}</td>`;
  });
  const time = (seconds: number | null): Markup =>
    html`<td class="number" data-value="${seconds ?? ''}">${seconds === null ? '–' : durationText(seconds)}</td>`;
  return html`<tr ${attributes}>${place}${cells}${times && [time(row.train_s), time(row.reconstruct_s)]}</tr>\n`;
}

/** Which metric, and in which direction. */
export interface Ranking {
  readonly key: string;
  readonly better: 'high' | 'low';
  readonly rows: readonly ComparisonRow[];
}

/** Best of at least two methods with a number. */
export function isBest(row: ComparisonRow, { key, better, rows }: Ranking): boolean {
  const rivals = rows.filter(({ dose, view, split }) => dose === row.dose && view === row.view && split === row.split);
  const values = rivals.flatMap(({ metrics }) => metrics[key] ?? []);
  if (values.length < 2) return false;
  return row.metrics[key] === (better === 'low' ? Math.min(...values) : Math.max(...values));
}
