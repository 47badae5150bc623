import { durationText } from '../../cli/duration-text.js';
import type { ComparisonRow } from '../../compare/comparison-tables.js';
import type { ComparisonManifest } from '../../manifests/comparison-manifest.js';
import type { StudyManifest } from '../../manifests/study-manifest.js';
import { html, type Markup } from './markup.js';
import { methodClass } from './names.js';

/** What a report knows of times. */
export interface TimingFacts {
  readonly rows: readonly ComparisonRow[];
  readonly host: ComparisonManifest['host'];
  /** Of the study that the comparison is part of. */
  readonly study: StudyManifest | undefined;
}

/** Sums of training and reconstruction by method, times of the phases, and the machine. */
export function timingSection({ rows, host, study }: TimingFacts): Markup {
  const methods = [...new Set(rows.filter(({ status }) => status === 'scored').map(({ method }) => method))];
  const lines = methods.map((method) => {
    const own = rows.filter((row) => row.method === method);
    // One network serves both splits of a view.
    const trained = new Map(own.map((row) => [`${row.dose} ${row.view}`, row.train_s]));
    return html`<tr><th scope="row" class="method ${methodClass(method)}">${method}</th>${times([...trained.values()])}${times(own.map((row) => row.reconstruct_s))}</tr>`;
  });
  const facts = Object.entries(host).map(([name, value]) => `${name.replaceAll('_', ' ')}: ${String(value)}`);
  return html`<table class="plain"><caption>Wall times; the times of single cells stand in the summary table. Jobs that ran side by side shared the machine.</caption><thead><tr><td></td><th scope="col">Training, sum</th><th scope="col">longest</th><th scope="col">Reconstruction, sum</th><th scope="col">longest</th></tr></thead><tbody>${lines}</tbody></table>
${study !== undefined && phaseTable(study)}
<p class="quiet">Machine of the comparison: ${facts.join(', ')}.</p>`;
}

function times(values: readonly (number | null)[]): readonly Markup[] {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return [html`<td class="number">–</td><td class="number">–</td>`];
  return [known.reduce((sum, value) => sum + value, 0), Math.max(...known)].map(
    (value) => html`<td class="number">${durationText(value)}</td>`,
  );
}

function phaseTable({ phases }: StudyManifest): Markup {
  const rows = phases.map(({ letter, command, seconds, jobs }) => {
    const done = jobs.filter(({ status }) => status === 'completed').length;
    return html`<tr><th scope="row">${letter} ${command}</th><td class="number">${durationText(seconds)}</td><td class="number">${done} of ${jobs.length}</td></tr>`;
  });
  return html`<table class="plain"><caption>Phases of the study, in its last run; a phase that was finished before takes little</caption><thead><tr><td></td><th scope="col">Time</th><th scope="col">Jobs completed</th></tr></thead><tbody>${rows}</tbody></table>`;
}
