import { posix } from 'node:path';
import type { ComparedCell, ComparisonManifest } from '../../manifests/comparison-manifest.js';
import { html, type Markup } from './markup.js';
import { cellTitle } from './names.js';

/** What commands need to know. */
export interface ReproduceFacts {
  readonly manifest: ComparisonManifest;
  /** Name of the directory of the comparison in that of the study. */
  readonly comparisonName: string;
}

/** How every number is made again: the whole study, or one cell. */
export function reproduceSection(facts: ReproduceFacts): Markup {
  const { manifest } = facts;
  const cells = manifest.cells.map(
    (cell) => html`<details><summary>${cellTitle(cell)}</summary><pre>${cellCommands(cell, facts).join('\n')}</pre></details>`,
  );
  return html`<p>Everything, in a new directory, from the design of this study (<code>design.yaml</code> in its directory, and under Configuration):</p>
<pre>ptychokit study --design design.yaml --compare --output-dir again
ptychokit verify again</pre>
<p>This comparison: <code>${manifest.command}</code>. This page: <code>ptychokit report</code> with the directory of the study. ptychokit ${manifest.ptychokit_version}; with <code>--deterministic</code> a repetition on the same kind of machine gives the same digests.</p>
<p>The numbers of one cell, in a copy of the directory of the study (a command that is given one dose or view writes the manifest of its phase for that alone); what is finished and unchanged is kept:</p>
${cells}`;
}

/** The commands of one cell, with paths as seen from the directory of the study. */
export function cellCommands(
  { dose, view, split, gridsize, result }: ComparedCell,
  { manifest, comparisonName }: ReproduceFacts,
): readonly string[] {
  const at = (path: string): string => quoted(posix.isAbsolute(path) ? path : posix.join(comparisonName, path));
  const { data, views, models, reconstructions } = manifest.roots;
  const roots = `--phase-c-root ${at(data)} --phase-d-root ${at(views)}`;
  const cell = `--dose ${dose} --view ${quoted(view)}`;
  const kinds = result.methods.map(({ method }) => method);
  const networks = (['pinn', 'supervised'] as const).filter((kind) => kinds.includes(kind));
  const train = networks.map(
    (model) =>
      `ptychokit train ${roots} --artifact-root ${at(models)} --design design.yaml ${cell} --gridsize ${gridsize} --model ${model}`,
  );
  const solve = `ptychokit reconstruct ${roots} --artifact-root ${at(reconstructions)} --design design.yaml ${cell} --split ${split}`;
  return [
    `ptychokit generate --base-npz base.npz --output-root ${at(data)} --design design.yaml --dose ${dose}`,
    `ptychokit overlap --phase-c-root ${at(data)} --output-root ${at(views)} --design design.yaml ${cell}`,
    ...train,
    solve,
    `ptychokit compare . --output-root ${at('.')} ${cell} --split ${split}`,
  ];
}

/** A word as a POSIX shell reads it back. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
