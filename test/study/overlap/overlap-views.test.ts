import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseStudyDesign, type StudyDesign } from '@ptychokit/config';
import { groupFrames, openDataset } from '@ptychokit/memmap-bridge';
import { discOverlap } from '@ptychokit/metrics';
import {
  digestFile,
  generateData,
  inProcessRunner,
  metricsBundleKind,
  type OverlapRequest,
  overlapViews,
  readManifest,
  type SplitMetrics,
  skipSummaryKind,
  splitMetricsKind,
  verifyEvidence,
  viewPaths,
} from '@ptychokit/study';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runInProcess } from '../../support/run-cli.js';
import { writeTinyBase } from '../../support/tiny-base.js';

const VIEWS = [
  { name: 'baseline', gridsize: 1 },
  { name: 'dense', gridsize: 2, overlap: 0.85 },
  { name: 'drawn', gridsize: 2, overlap: 0.8, sImg: 5, nGroups: 3 },
  { name: 'hopeless', gridsize: 2, overlap: 0 },
];
const design: StudyDesign = parseStudyDesign({ doses: [100, 1e4], views: VIEWS });
let shared = '';
let phaseCRoot = '';
let dir = '';
beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'ptychokit-overlap-'));
  phaseCRoot = join(shared, 'c');
  const basePath = await writeTinyBase(join(shared, 'base.npz'));
  await generateData({ basePath, outputRoot: phaseCRoot, design, runner: inProcessRunner() });
});
afterAll(() => rm(shared, { recursive: true }));
beforeEach(async () => {
  dir = await mkdtemp(join(shared, 'd-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const request = (changes: Partial<OverlapRequest> = {}): OverlapRequest => ({
  phaseCRoot,
  outputRoot: join(dir, 'd'),
  artifactRoot: join(dir, 'report'),
  design,
  ...changes,
});
const metricsOf = (view: string, dose = 100): Promise<SplitMetrics> =>
  readManifest(viewPaths(join(dir, 'd'), { dose, view }).metrics.train, splitMetricsKind);

describe('overlapViews', () => {
  it('writes images and metrics of every possible view and skips an impossible one with the reason', async () => {
    const { jobs, outcomes } = await overlapViews(request());
    expect(jobs.map(({ dose, view }, i) => `${dose} ${view.name} ${outcomes[i]?.status}`)).toEqual(
      [100, 1e4].flatMap((dose) => [
        ...['baseline', 'dense', 'drawn'].map((view) => `${dose} ${view} completed`),
        `${dose} hopeless skipped`,
      ]),
    );
    for (const root of ['d', 'report']) {
      const bundle = await readManifest(join(dir, root, 'metrics_bundle.json'), metricsBundleKind);
      expect(bundle.views.length).toBe(6);
      expect(bundle.warnings?.[0]).toMatchObject({ view: 'baseline', reason: expect.stringMatching(/only \d+ of \d+ images to train on/) });
      const { skipped_views } = await readManifest(join(dir, root, 'skip_summary.json'), skipSummaryKind);
      expect(skipped_views).toEqual(bundle.skipped_views);
      expect(skipped_views[0]).toMatchObject({
        dose: 100,
        view: 'hopeless',
        reason: expect.stringMatching(/train: \d of \d+ images at least 64.0 px apart remain, a group needs 4/),
      });
      expect(await verifyEvidence(join(dir, root))).toMatchObject({ ok: true });
    }
    expect(existsSync(join(dir, 'd', 'dose_100', 'hopeless'))).toBe(false);
  });

  it.each([
    ['dense', 'neighbours'],
    ['blocks', 'blocks'],
  ] as const)('measures what it wrote: metrics by their definition from the images of the view %s', async (view, groupLayout) => {
    const withBlocks = parseStudyDesign({
      doses: [100, 1e4],
      views: [...VIEWS, { name: 'blocks', gridsize: 2, groupLayout: 'blocks', overlap: 0.92 }],
    });
    await overlapViews(request({ design: withBlocks, filters: { dose: 100, view } }));
    const metrics = await metricsOf(view);
    await using raw = await openDataset(viewPaths(join(dir, 'd'), { dose: 100, view }).data.train);
    const { members } = groupFrames(raw, {
      ...{ gridsize: 2, groupLayout, neighborCount: 7, nGroups: null, nSubsample: null, subsampleSeed: null, sequentialSampling: false },
      seed: 123,
    });
    const f = (i: number, j: number): number =>
      discOverlap(
        Math.hypot((raw.xcoords[i] as number) - (raw.xcoords[j] as number), (raw.ycoords[i] as number) - (raw.ycoords[j] as number)),
        metrics.probe_diameter_px,
      );
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const groups = Array.from({ length: members.length / 4 }, (_, g) => [...members.slice(4 * g, 4 * g + 4)]);
    const within = mean(groups.flatMap((group) => group.map((i) => mean(group.filter((j) => j !== i).map((j) => f(i, j))))));
    const all = Array.from({ length: raw.frameCount }, (_, i) => i);
    const images = mean(
      all.map((i) =>
        mean(
          all
            .filter((j) => j !== i)
            .map((j) => f(i, j))
            .sort((a, b) => b - a)
            .slice(0, 7),
        ),
      ),
    );
    expect(within).toBeGreaterThan(0);
    expect(metrics.metric_1_group_based_avg).toBeCloseTo(within, 12);
    expect(metrics.metric_2_image_based_avg).toBeCloseTo(images, 12);
    expect(metrics).toMatchObject({
      ...{ gridsize: 2, s_img: null, n_groups: null, neighbor_count: 7, rng_seed_subsample: 456, probe_diameter_source: 'fwhm' },
      ...{ n_images_subsampled: raw.frameCount, n_unique_images: raw.frameCount, n_groups_actual: groups.length },
    });
    expect(metrics.geometry_acceptance_bound).toBeGreaterThanOrEqual(metrics.n_images_selected / metrics.n_images_total);
  });

  it('selects before it draws, has no group-based metric for single images, and chooses the same at every dose', async () => {
    await overlapViews(request());
    const drawn = await metricsOf('drawn');
    expect(drawn).toMatchObject({ n_images_subsampled: 5, n_groups_actual: 3, s_img: 5, n_groups: 3 });
    expect(drawn.n_images_selected).toBeGreaterThan(5);
    expect((await metricsOf('baseline')).metric_1_group_based_avg).toBeNull();
    const positions = async (dose: number): Promise<Float64Array> => {
      await using raw = await openDataset(viewPaths(join(dir, 'd'), { dose, view: 'dense' }).data.test);
      return raw.xcoords;
    };
    expect(await positions(100)).toEqual(await positions(1e4));
  });

  it('keeps a view of everything bit for bit, finished views as they are, and views of earlier filters in the bundle', async () => {
    await overlapViews(request({ filters: { view: 'baseline' } }));
    const file = viewPaths(join(dir, 'd'), { dose: 100, view: 'baseline' });
    expect((await digestFile(file.data.train)).sha256).toBe((await digestFile(join(phaseCRoot, 'dose_100', 'patched_train.npz'))).sha256);
    const before = await stat(file.metrics.train);
    await writeFile(viewPaths(join(dir, 'd'), { dose: 1e4, view: 'baseline' }).data.test, 'torn');
    await overlapViews(request({ filters: { view: 'baseline' } }));
    await overlapViews(request({ filters: { view: 'hopeless', dose: 100 } }));
    await overlapViews(request({ filters: { view: 'dense', dose: 100 } }));
    expect((await stat(file.metrics.train)).mtimeMs).toBe(before.mtimeMs);
    const { views, skipped_views } = await readManifest(join(dir, 'd', 'metrics_bundle.json'), metricsBundleKind);
    expect(skipped_views).toMatchObject([{ dose: 100, view: 'hopeless' }]);
    expect(views.map(({ dose, view }) => `${dose} ${view}`)).toEqual(['100 baseline', '100 dense', '10000 baseline']);
    expect(await verifyEvidence(join(dir, 'd'))).toMatchObject({ ok: true });
  });

  it('writes nothing in a dry run, but measures', async () => {
    const { outcomes } = await overlapViews(request({ dryRun: true }));
    expect(outcomes.map(({ status }) => status)).toContain('dry_run');
    expect(await readdir(dir)).toEqual([]);
  });

  it('gives the same metrics again, and the diameter of the design where one is given', async () => {
    await overlapViews(request({ filters: { view: 'dense' } }));
    const { data: _, ...first } = await metricsOf('dense');
    await rm(join(dir, 'd'), { recursive: true });
    await overlapViews(request({ filters: { view: 'dense' } }));
    expect(await metricsOf('dense')).toMatchObject(first);
    await overlapViews(request({ filters: { view: 'dense' }, design: parseStudyDesign({ ...design, probeDiameterPx: 20 }) }));
    expect(await metricsOf('dense')).toMatchObject({ probe_diameter_px: 20, probe_diameter_source: 'given' });
  });
});

describe('ptychokit overlap', () => {
  const command = (...rest: readonly string[]): ReturnType<typeof runInProcess> =>
    runInProcess(['overlap', '--phase-c-root', phaseCRoot, '--output-root', join(dir, 'd'), '--quiet', ...rest]);

  it('prints one line for each view', async () => {
    const { code, stdout } = await command('--artifact-root', join(dir, 'report'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^baseline\/dose=1e\+02 +train \d+\/\d+ images, overlap - 0\.\d+ 0\.\d+; test/m);
  });

  it.each([[['--dose', '123']], [['--view', 'none']]])('lists what exists, writes nothing and ends with 2: %s', async (filter) => {
    const { code, stderr } = await command(...filter);
    expect(code).toBe(2);
    expect(stderr).toMatch(/No view fits[\s\S]*- dose 100 \(1e\+02\), view baseline/);
    expect(await readdir(dir)).toEqual([]);
  });

  it('ends with 2 where phase C left nothing', async () => {
    const { code, stderr } = await runInProcess(['overlap', '--phase-c-root', dir, '--output-root', join(dir, 'd')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('run ptychokit generate first')]);
  });

  it('ends with 1 and says why when a source cannot be read', async () => {
    const broken = join(dir, 'c');
    await generateData({
      basePath: join(shared, 'base.npz'),
      outputRoot: broken,
      design: parseStudyDesign({ doses: [100] }),
      runner: inProcessRunner(),
    });
    await writeFile(join(broken, 'dose_100', 'patched_test.npz'), 'torn');
    const { code, stdout } = await runInProcess(['overlap', '--phase-c-root', broken, '--output-root', join(dir, 'd'), '--quiet']);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/baseline\/dose=1e\+02 +failed:/)]);
  });
});
