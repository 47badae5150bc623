import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadExecutionConfig, loadStudyDesign } from '@ptychokit/config';
import {
  type CellOutcome,
  type CompareRequest,
  type ComparisonCell,
  compareStudy,
  inProcessRunner,
  type RunEvent,
  readCellObjects,
  reconstructMatrix,
  verifyEvidence,
} from '@ptychokit/study';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scoreObject } from '../../../packages/study/src/compare/score-object.js';
import { runInProcess } from '../../support/run-cli.js';
import { type TinyStudy, writeTinyStudy } from '../../support/tiny-study.js';

let root = '';
let study: TinyStudy;
const design = loadStudyDesign({ overrides: { views: [{ name: 'baseline' }, { name: 'dense', gridsize: 2, overlap: 0.7 }] } });
const roots = () => ({
  data: study.phaseCRoot,
  views: study.phaseDRoot,
  models: join(root, 'e'),
  reconstructions: join(root, 'f'),
  comparison: join(root, 'g'),
});

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ptychokit-phase-g-'));
  study = await writeTinyStudy(root, { doses: [1e3], views: [], frames: 36 });
  await mkdir(join(root, 'e'), { recursive: true });
  await reconstructMatrix({
    ...{ phaseCRoot: study.phaseCRoot, phaseDRoot: study.phaseDRoot, artifactRoot: roots().reconstructions, design },
    filters: { split: 'test' },
    solve: { epochs: 5 },
    execution: loadExecutionConfig({ overrides: { deterministic: true } }),
    runner: inProcessRunner(),
  });
});
afterAll(() => rm(root, { recursive: true }));

async function compare(filters: CompareRequest['filters'] = {}) {
  const events: RunEvent[] = [];
  const result = await compareStudy(
    { roots: roots(), design, filters, runner: inProcessRunner() },
    { onEvent: (event) => events.push(event) },
  );
  return { ...result, states: events.flatMap((event) => (event.type === 'job' ? [event.state] : [])) };
}

describe('compareStudy', { timeout: 60_000 }, () => {
  it('scores what is there, gives a reason for what is not, and vouches for every file that went in', async () => {
    const { outcomes, written, skipped } = await compare();
    expect(outcomes.map(({ status, error }) => error ?? status)).toEqual(['completed', 'completed']);
    const [test, train] = outcomes;
    expect(test?.methods.map(({ label, status }) => `${label} ${status}`)).toEqual(['PINN missing', 'supervised missing', 'LSQ-ML scored']);
    expect(train?.methods.map(({ status }) => status)).toEqual(['missing', 'missing', 'missing']);
    expect(train?.methods[2]?.reason).toMatch(/no reconstruction in/);
    const scored = test?.methods[2];
    expect(scored?.metrics.amplitude_mae).toBeGreaterThan(0);
    for (const [name, value] of Object.entries(scored?.metrics ?? {})) {
      if (value === null) expect(scored?.undefined_because[name]).not.toBe('');
    }
    expect(Object.keys(test?.artifacts ?? {})).toContain('iterative_phase_error.png');
    expect(skipped).toMatchObject([{ view: 'dense' }]);
    const csv = await readFile(written?.metricsCsv as string, 'utf8');
    expect(csv.trim().split('\n')).toHaveLength(1 + 6 + 2);
    expect(csv).toMatch(/dense,test,,,skipped,.*does not exist/);
    expect(written?.manifest.cells[0]?.result.methods[2]?.inputs.map(({ path }) => path)).toContainEqual(
      expect.stringContaining('reconstruction.npz'),
    );
    expect(JSON.stringify(written?.manifest)).not.toContain(root); // moves with its directory
    expect((await verifyEvidence(root)).findings).toEqual([]);
  });

  it('keeps the objects as they were scored', async () => {
    const { cells } = await compare();
    const { truth, region, aligned } = await readCellObjects((cells[0] as ComparisonCell).artifactDir);
    const object = aligned.iterative as (typeof aligned)[string];
    const metrics = scoreObject({ object: truth, region, rimPx: 0 }, object).metrics;
    const { methods } = (await compare()).outcomes[0] as CellOutcome;
    expect(metrics.amplitude_mae).toBeCloseTo(methods[2]?.metrics.amplitude_mae as number, 3);
  });

  it('keeps a cell whose inputs are what they were', async () => {
    expect((await compare()).states).toEqual(['kept', 'kept']);
    const { cells, written } = await compare({ split: 'train' });
    expect([cells.length, written?.manifest.cells.map(({ split }) => split)]).toEqual([1, ['test', 'train']]);
    await rm(join(root, 'g/dose_1000/baseline/test/truth_phase.png'));
    expect((await compare()).states.filter((state) => state !== 'waiting')).toEqual(['kept', 'running', 'completed']);
  });

  it('ends with a report on the command line, and takes back what vouches for one that no longer fits', async () => {
    const { data, views, models, reconstructions, comparison } = roots();
    const inputs = ['--phase-c-root', data, '--phase-d-root', views, '--train-root', models, '--reconstruct-root', reconstructions];
    const compareAgain = (...flags: string[]) =>
      runInProcess(['compare', root, ...inputs, '--output-root', comparison, '--runner', 'in-process', '--quiet', ...flags]);
    const { code, stdout } = await compareAgain('--view', 'baseline');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/report +\S+\/g\/report\.html \(/)]);
    expect((await verifyEvidence(root)).findings).toEqual([]);
    expect((await stat(join(comparison, 'report_manifest.json'))).size).toBeGreaterThan(0);
    expect((await compareAgain('--no-report')).code).toBe(0);
    await expect(stat(join(comparison, 'report_manifest.json'))).rejects.toThrow();
  });

  it('plans without writing, on the command line', async () => {
    const places = ['--phase-c-root', study.phaseCRoot, '--phase-d-root', study.phaseDRoot, '--output-root', join(root, 'dry')];
    const { code, stdout } = await runInProcess(['compare', root, ...places, '--dry-run', '--view', 'baseline', '--split', 'test']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/baseline\/test\/dose=1e\+03 +would be compared/);
    await expect(stat(join(root, 'dry'))).rejects.toThrow();
  });
});
