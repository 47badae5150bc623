import type { StudyDesign } from '@ptychokit/config';
import { comparisonRows } from '../../compare/comparison-tables.js';
import type { FileDigest } from '../../file-digest.js';
import type { ComparisonManifest } from '../../manifests/comparison-manifest.js';
import type { StudyManifest } from '../../manifests/study-manifest.js';
import { SPLITS } from '../../study-layout.js';
import { designText } from '../../study-profile.js';
import { lineChart } from '../charts/line-chart.js';
import { doseCharts } from '../charts/study-charts.js';
import { cellData, colourData } from './cell-data.js';
import { cellSection } from './cell-section.js';
import { filesSection } from './files-section.js';
import { headline } from './headline.js';
import { html, type Markup, raw } from './markup.js';
import { metricTable } from './metric-table.js';
import { FAMILY_TEXT, METRIC_TEXT, RESIDUAL_TEXT } from './names.js';
import { overlapSection } from './overlap-section.js';
import { overviewSection, type SeenCell } from './overview.js';
import type { PageAssets } from './page-assets.js';
import { reproduceSection } from './reproduce-section.js';
import { timingSection } from './timing-section.js';

/** Everything that stands in a report. */
export interface ReportContent {
  /** Name of the study. */
  readonly name: string;
  readonly manifest: ComparisonManifest;
  /** The file of the manifest. */
  readonly comparison: { readonly path: string } & FileDigest;
  /** Name of the directory of the comparison in that of the study. */
  readonly comparisonName: string;
  readonly seen: readonly SeenCell[];
  readonly study: StudyManifest | undefined;
  readonly assets: PageAssets;
}

/** The whole report as one HTML document that needs nothing else. */
export function reportPage(content: ReportContent): string {
  const { name, assets, seen } = content;
  const sections = sectionsOf(content);
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  const body = sections.map(({ id, title, body: part }) => html`<section id="${id}"><h2>${title}</h2>\n${part}\n</section>\n`);
  const title = `Dose and overlap: ${name}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${assets.policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(assets.style)}</style>
</head>
<body>
<header><h1>${title}</h1>
<p class="lead">${leadText(content)}</p>
<nav aria-label="Sections"><ul>${links}</ul></nav></header>
<main>
<noscript><p>Without JavaScript this page shows no images and does not sort; the folder <code>figures</code> beside it holds every figure.</p></noscript>
${body}</main>
${colourData()}${seen.map(({ cell, view }) => cellData(cell, view))}<script>${raw(assets.script)}</script>
</body>
</html>
`.html;
}

function leadText({ manifest, seen }: ReportContent): string {
  const doses = new Set(seen.map(({ cell }) => cell.dose)).size;
  const views = new Set(seen.map(({ cell }) => cell.view)).size;
  const methods = new Set(seen.flatMap(({ cell }) => cell.result.methods.map(({ label }) => label)));
  const made = manifest.timestamp.slice(0, 16).replace('T', ' ');
  return `${[...methods].join(', ')} on ${counted(doses, 'dose')} and ${counted(views, 'view')}, ${counted(seen.length, 'cell')}, compared ${made} UTC with ptychokit ${manifest.ptychokit_version}. Every method is laid over the truth in the same way and scored on the same pixels.`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

function sectionsOf(content: ReportContent): readonly Section[] {
  const { manifest, seen, study, comparison, comparisonName } = content;
  const rows = comparisonRows(manifest);
  const summary = metricTable(rows, {
    ...{ id: 'metrics', metrics: METRIC_TEXT, unranked: { relative_residual: RESIDUAL_TEXT }, times: true },
    caption: '★ best method of the cell. A dash has its reason below the table. Headings sort.',
  });
  const family = metricTable(rows, {
    ...{ id: 'published', metrics: FAMILY_TEXT },
    caption: 'As the PtychoPINN family reports them: not to be compared with the numbers above',
  });
  const cells = seen.map((one, i) => cellSection(one, i === 0));
  return [
    { id: 'summary', title: 'Summary', body: headline(rows) },
    { id: 'pictures', title: 'All reconstructions', body: html`${phaseChoice()}${overviewSection(seen)}` },
    { id: 'table', title: 'Metrics of every cell', body: summary },
    { id: 'dose', title: 'Metrics against dose', body: doseSection(rows) },
    { id: 'cells', title: 'Cell by cell', body: html`${cellsIntroduction()}${cells}` },
    { id: 'overlap', title: 'Overlap', body: overlapSection(manifest.cells) },
    { id: 'times', title: 'Timings', body: timingSection({ rows, host: manifest.host, study }) },
    { id: 'definitions', title: 'Published definitions', body: family },
    { id: 'configuration', title: 'Configuration', body: configuration(manifest) },
    { id: 'reproduce', title: 'How to reproduce', body: reproduceSection({ manifest, comparisonName }) },
    { id: 'files', title: 'Files and digests', body: filesSection(manifest, comparison) },
  ];
}

function phaseChoice(): Markup {
  const choices = [
    ['automatic', 'automatic'],
    ['cyclic', 'cyclic, −π to π'],
    ['truth', 'range of the truth'],
  ] as const;
  return html`<p>One scale for all. A phase that spans more than three quarters of the circle is shown on a cyclic scale; a smaller one would be all of one colour there, and is shown over the range of the truth.</p>
<fieldset class="scripted" hidden><legend>Phase colours</legend>${choices.map(
    ([value, text], i) =>
      html`<label><input type="radio" name="phase-colours" value="${value}"${i === 0 && html` checked`}> ${text}</label>`,
  )}</fieldset>`;
}

const cellsIntroduction = (): Markup =>
  html`<p>Point at an image: the same pixel is marked in all, with its values. Double click, <kbd>+</kbd> and <kbd>−</kbd>, or <kbd>Ctrl</kbd> and the wheel zoom; dragging moves; arrow keys move the cursor. Pixels that are not scored are left out. Errors are absolute differences from the truth.</p>
<p class="scripted" hidden><button type="button" class="plain-button" data-open="all">open all</button> <button type="button" class="plain-button" data-open="none">close all</button></p>`;

const doseSection = (rows: Parameters<typeof doseCharts>[0]): Markup =>
  html`${[...SPLITS].reverse().map((split) => html`<div class="charts">${doseCharts(rows, split).map(({ chart }) => lineChart(chart))}</div>`)}`;

const configuration = ({ design, cells }: ComparisonManifest): Markup =>
  html`<details><summary>Design of the study</summary><pre>${designText(design as StudyDesign)}</pre></details>
<p class="quiet">Scored region: illumination above ${cells[0]?.result.region?.threshold ?? '–'} of its maximum, ${cells[0]?.result.region?.rim_px ?? '–'} px of rim left out; all methods of a cell share it.</p>`;
