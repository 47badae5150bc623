import { join } from 'node:path';
import type { StudyManifest, StudyManifestPhase } from '../manifests/study-manifest.js';
import { REPORT_NAME } from '../report/report-name.js';
import type { StudyResult } from '../study/run-study.js';
import { STUDY_MANIFEST_NAME } from '../study/study-roots.js';
import { doseLabel } from '../study-layout.js';
import type { StudyProfile } from '../study-profile.js';
import type { CommandContext } from './command-context.js';
import { durationText } from './duration-text.js';
import { resultText } from './result-text.js';

/** The table of a study's jobs, phase by phase, then where things are and what to do next. */
export function studyText(
  manifest: StudyManifest,
  { dir, profile }: { readonly dir: string; readonly profile?: StudyProfile | undefined },
): string {
  const jobs = manifest.phases.flatMap((phase) => phase.jobs);
  const widths = { label: widest(jobs.map(({ label }) => label)), status: widest(jobs.map(({ status }) => status)) };
  const table = manifest.phases.flatMap((phase) => [
    headline(phase),
    ...phase.jobs.map(({ label, status, detail }) => `  ${label.padEnd(widths.label)}  ${status.padEnd(widths.status)}  ${detail}`),
  ]);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['study', dir],
    ['design', join(dir, manifest.design.path)],
    ['manifest', join(dir, STUDY_MANIFEST_NAME)],
    ['pictures', picturesText(manifest, dir)],
    ['report', reportPath(manifest, dir)],
    ['check it', `npx ptychokit verify ${dir}`],
    ['repeat', manifest.status === 'completed' ? undefined : `npx ptychokit study --output-dir ${dir}`],
    ['longer', profile === 'quick' ? 'npx ptychokit study --profile standard --output-dir out/standard' : undefined],
  ];
  return `${[...table, ''].map((line) => `${line}\n`).join('')}${resultText(rows)}`;
}

/** The page that phase G ends with. */
function reportPath({ phases }: StudyManifest, dir: string): string | undefined {
  const isWritten = phases.some(({ jobs }) => jobs.some(({ label, status }) => label === 'report' && status === 'completed'));
  return isWritten ? join(dir, 'comparison', REPORT_NAME) : undefined;
}

/** Where to look: the true object, and what the networks made of the test scans. */
function picturesText({ pictures, phases }: StudyManifest, dir: string): string | undefined {
  if (pictures.length === 0 || !phases.some(({ letter }) => letter === 'E')) return undefined;
  return [...pictures.map(({ path }) => join(dir, path)), join(dir, 'models', 'dose_*', '*', 'gs*', '*.png')].join(', ');
}

/** Failures are errors and go to standard error, also where progress is switched off. */
export function reportStudy({ io }: CommandContext, { phases }: StudyManifest): void {
  for (const { letter, jobs } of phases) {
    for (const { label, status, detail } of jobs) if (status === 'failed') io.err(`error: phase ${letter}, ${label} failed: ${detail}\n`);
  }
}

/** What a study would do. */
export function studyPlanText({ roots, design, phases }: StudyResult): string {
  const { doses, views } = design;
  return resultText([
    ['study', roots.dir],
    ['phases', phases.map(({ letter, command }) => `${letter} ${command}`).join(', ')],
    ['doses', doses.map((dose) => doseLabel(dose)).join(', ')],
    ['views', views.map(({ name, gridsize, overlap }) => `${name} (gridsize ${gridsize}, overlap ${overlap ?? 'all'})`).join(', ')],
    ['would train', `${doses.length * views.length} jobs${phases.some(({ letter }) => letter === 'G') ? ' of each network' : ''}`],
  ]);
}

function headline({ letter, command, jobs, seconds }: StudyManifestPhase): string {
  const counts = (['completed', 'failed', 'skipped'] as const).flatMap((status) => {
    const count = jobs.filter((job) => job.status === status).length;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  return `${letter} ${command}: ${counts.join(', ')} in ${durationText(seconds)}`;
}

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));
