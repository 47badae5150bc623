import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseStudyDesign } from '@ptychokit/config';
import { extractPatches, openDataset } from '@ptychokit/memmap-bridge';
import {
  createStudyContainer,
  digestFile,
  dosePaths,
  GENERATE_STAGES,
  type GenerateRequest,
  generateData,
  inProcessRunner,
  processPoolRunner,
  productionStages,
  type RunEvent,
  readManifest,
  runManifestKind,
  verifyEvidence,
} from '@ptychokit/study';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runInProcess } from '../../support/run-cli.js';
import { writeTinyBase } from '../../support/tiny-base.js';

const design = parseStudyDesign({ doses: [100, 1e4] });
let shared = '';
let base = '';
let root = '';
beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'ptychokit-generate-'));
  base = await writeTinyBase(join(shared, 'base.npz'));
});
afterAll(() => rm(shared, { recursive: true }));
beforeEach(async () => {
  root = await mkdtemp(join(shared, 'c-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const request = (changes: Partial<GenerateRequest> = {}): GenerateRequest => ({
  basePath: base,
  outputRoot: root,
  design,
  runner: inProcessRunner(),
  ...changes,
});

async function digests(dir: string): Promise<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const dose of design.doses) {
    for (const name of (await readdir(dosePaths(dir, dose).dir)).filter((file) => file.endsWith('.npz'))) {
      result[`${dose}/${name}`] = (await digestFile(join(dosePaths(dir, dose).dir, name))).sha256;
    }
  }
  return result;
}

describe('generateData', () => {
  it('writes five files for every dose, a manifest that vouches for them, and nothing else', async () => {
    const { manifestPath } = await generateData(request());
    const manifest = await readManifest(manifestPath as string, runManifestKind);
    expect(manifest.doses.map(({ dose, status, frames }) => [dose, status, frames])).toEqual([
      [100, 'completed', manifest.doses[0]?.frames],
      [1e4, 'completed', manifest.doses[0]?.frames],
    ]);
    expect((await readdir(root)).filter((name) => !name.startsWith('.')).sort()).toEqual(['dose_100', 'dose_10000', 'run_manifest.json']);
    expect((await readdir(join(root, 'dose_100'))).sort()).toEqual([
      'canonical.npz',
      'dose_record.json',
      'patched.npz',
      'patched_test.npz',
      'patched_train.npz',
      'simulated_raw.npz',
    ]);
    expect(await verifyEvidence(root)).toMatchObject({ ok: true, unchecked: [] });
  });

  it('splits along y at one half, keeps every frame once, and gives each its true patch and the dose', async () => {
    await generateData(request());
    const paths = dosePaths(root, 100);
    await using all = await openDataset(paths.patched);
    await using train = await openDataset(paths.patchedTrain);
    await using test = await openDataset(paths.patchedTest);
    expect(train.frameCount).toBe(Math.floor(all.frameCount / 2));
    expect(train.frameCount + test.frameCount).toBe(all.frameCount);
    expect(Math.max(...train.ycoords)).toBeLessThanOrEqual(Math.min(...test.ycoords));
    const place = (raw: typeof all, i: number): string => `${raw.xcoords[i]} ${raw.ycoords[i]}`;
    const split = [train, test].flatMap((raw) => Array.from({ length: raw.frameCount }, (_, i) => place(raw, i)));
    expect(split.sort()).toEqual(Array.from({ length: all.frameCount }, (_, i) => place(all, i)).sort());
    const patch = new Float32Array(2 * 64 * 64);
    await test.truthPatches?.readPatches([3], patch);
    const truth = extractPatches(test.objectGuess as NonNullable<typeof test.objectGuess>, {
      xs: [test.xcoords[3] as number],
      ys: [test.ycoords[3] as number],
      size: 64,
    });
    expect(patch).toEqual(truth.data);
    expect(train.metadata).toMatchObject({ nphotons: 100, seed: 42, split: { name: 'train', axis: 'y', train_fraction: 0.5 } });
    const scale = train.metadata.intensity_scale as number;
    const frames = new Float32Array(all.frameCount * 64 * 64);
    await all.frames.readFrames(
      Int32Array.from({ length: all.frameCount }, (_, i) => i),
      frames,
    );
    const counts = frames.reduce((sum, value) => sum + (scale * value) ** 2, 0) / all.frameCount;
    expect(Math.abs(counts - 100)).toBeLessThan(4 * Math.sqrt(100 / all.frameCount));
  });

  it('gives equal files for equal seeds, one after another and side by side, and others for another seed', async () => {
    await generateData(request());
    const first = await digests(root);
    const [again, other] = [join(root, 'again'), join(root, 'other')];
    await generateData(request({ outputRoot: again, runner: processPoolRunner({ workers: 2 }) }));
    expect(await digests(again)).toEqual(first);
    await generateData(request({ outputRoot: other, design: parseStudyDesign({ doses: [100, 1e4], seeds: { simulation: 0 } }) }));
    for (const [name, digest] of Object.entries(await digests(other))) expect(digest, name).not.toBe(first[name]);
  });

  it('keeps finished doses and makes again only what is no longer as recorded', async () => {
    await generateData(request());
    const first = await digests(root);
    const kept = await stat(dosePaths(root, 100).patched);
    await writeFile(dosePaths(root, 1e4).patchedTest, 'torn');
    const events: RunEvent[] = [];
    await generateData(request(), { onEvent: (event) => events.push(event) });
    const states = events.flatMap((event) => (event.type === 'job' ? [`${event.label} ${event.state}`] : []));
    expect(states).toContain('dose=1e+02 kept');
    expect(states).toContain('dose=1e+04 completed');
    expect((await stat(dosePaths(root, 100).patched)).mtimeMs).toBe(kept.mtimeMs);
    expect(await digests(root)).toEqual(first);
  });

  it('makes one dose only if asked, and keeps the others in the manifest', async () => {
    await generateData(request({ dose: 1e4 }));
    const { manifestPath } = await generateData(request({ dose: 100 }));
    const { doses } = await readManifest(manifestPath as string, runManifestKind);
    expect(doses.map(({ dose }) => dose)).toEqual([100, 1e4]);
    await expect(generateData(request({ dose: 7 }))).rejects.toThrow(/no dose of 7[\s\S]*100, 10000/);
  });

  it('runs substituted stages, given as an argument or by a container, and no other container sees them', async () => {
    const split = vi.fn(productionStages.split);
    await generateData(request({ dose: 100 }), { stages: { split } });
    expect(split).toHaveBeenCalledTimes(1);
    expect(split.mock.calls[0]?.[0]).toMatchObject({ job: { dose: 100 }, paths: dosePaths(root, 100) });
    const container = createStudyContainer();
    const order: string[] = [];
    const spy = (name: keyof typeof productionStages) => async (): Promise<void> => {
      order.push(name);
      if (name === 'patch') throw new Error('no patches today');
    };
    container.register(GENERATE_STAGES, {
      useValue: {
        ...productionStages,
        simulate: spy('simulate'),
        canonicalize: spy('canonicalize'),
        patch: spy('patch'),
        split: spy('split'),
      },
    });
    const { results } = await generateData(request({ dose: 1e4 }), { container });
    expect(order).toEqual(['simulate', 'canonicalize', 'patch']);
    expect(results[0]).toMatchObject({ status: 'failed', error: expect.stringContaining('no patches today') });
    expect((await generateData(request({ dose: 1e4 }))).results[0]?.status).toBe('completed');
  });

  it('refuses a stage that loses frames', async () => {
    const canonicalize = async ({ paths }: Parameters<typeof productionStages.canonicalize>[0]): Promise<void> => {
      await using raw = await openDataset(paths.simulatedRaw);
      const { writeDataset } = await import('@ptychokit/memmap-bridge');
      await writeDataset(paths.canonical, raw.subset([0, 1, 2, 3]));
    };
    const { results } = await generateData(request({ dose: 100 }), { stages: { canonicalize } });
    expect(results[0]).toMatchObject({ status: 'failed', error: expect.stringMatching(/expected \d+ frames[\s\S]*got 4/) });
  });

  it('stops when told, keeps what was finished, and leaves no half-written file', async () => {
    const abort = new AbortController();
    const onEvent = (event: RunEvent): void => {
      if (event.type === 'job' && event.label === 'dose=1e+04' && event.state === 'running') abort.abort();
    };
    await expect(generateData(request(), { signal: abort.signal, onEvent })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await readdir(root)).not.toContain('run_manifest.json');
    expect(await readdir(join(root, 'dose_100'))).toContain('dose_record.json');
  });
});

describe('ptychokit generate', () => {
  it('prints one line for each dose and where the manifest is', async () => {
    const { code, stdout } = await runInProcess(['generate', '--base_npz', base, '--output-root', root, '--jobs', '1', '--quiet']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^dose=1e\+03 {2}\d+ train, \d+ test {2}.*dose_1000$/m);
    expect(stdout).toContain(join(root, 'run_manifest.json'));
  });

  it('writes nothing in a dry run', async () => {
    const { code, stdout } = await runInProcess(['generate', '--base-npz', base, '--output-root', join(root, 'x'), '--dry-run']);
    expect([code, await readdir(root)]).toEqual([0, []]);
    expect(stdout).toMatch(/would simulate \d+ frames/);
  });

  it.each<[string, (arrays: Record<string, unknown>) => Record<string, unknown>, RegExp]>([
    ['no object and no positions', ({ probeGuess }) => ({ probeGuess }), /3 problems[\s\S]*objectGuess[\s\S]*xcoords[\s\S]*ycoords/],
    [
      'positions outside the object',
      (arrays) => ({ ...arrays, xcoords: Float64Array.from({ length: (arrays.ycoords as Float64Array).length }) }),
      /positions outside/,
    ],
    ['unequal coordinates', (arrays) => ({ ...arrays, xcoords: Float64Array.of(40, 41) }), /ycoords: expected 2 values/],
    [
      'a probe of NaN',
      (arrays) => ({ ...arrays, probeGuess: { shape: [64, 64], data: new Float32Array(8192).fill(Number.NaN) } }),
      /probeGuess: expected finite/,
    ],
  ])('ends with 2 and writes nothing for a base with %s', async (_, edit, message) => {
    const path = await writeTinyBase(join(root, 'bad.npz'), { edit: edit as never });
    const { code, stderr } = await runInProcess(['generate', '--base-npz', path, '--output-root', join(root, 'out')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(await readdir(root)).toEqual(['bad.npz']);
  });

  it('ends with 2 for a base that is not there or is no archive', async () => {
    await writeFile(join(root, 'text.npz'), 'not a zip');
    for (const name of ['none.npz', 'text.npz']) {
      const { code } = await runInProcess(['generate', '--base-npz', join(root, name), '--output-root', join(root, 'out')]);
      expect(code).toBe(2);
    }
    expect(await readFile(join(root, 'text.npz'), 'utf8')).toBe('not a zip');
  });
});
