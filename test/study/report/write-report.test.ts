import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyEvidence, type WrittenReport, writeReport } from '@ptychokit/study';
import { Resvg } from '@resvg/resvg-js';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess } from '../../support/run-cli.js';
import { writeSampleComparison } from '../../support/sample-comparison.js';

const HOSTILE = '</script><script>alert("1")</script>';
let root = '';
let report: WrittenReport;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ptychokit-report-'));
  await writeSampleComparison(join(root, 'comparison'), { doses: [1e3], views: ['dense', HOSTILE], splits: ['test'] });
  report = await writeReport({ root });
});
afterAll(() => rm(root, { recursive: true }));

describe('writeReport', () => {
  it('writes one page, its figures and a manifest that vouches for them', async () => {
    const page = await readFile(report.path, 'utf8');
    expect(report.bytes).toBe(Buffer.byteLength(page));
    expect(/(?:src|href|url\()\s*=?\s*["']?(?:https?:|\/\/)/i.exec(page)?.[0]).toBeUndefined();
    expect(page.includes('content="default-src &#39;none&#39;; style-src &#39;sha256-')).toBe(true);
    const names = await readdir(join(root, 'comparison', 'figures'));
    expect(names).toHaveLength(2 * report.figureCount);
    for (const name of [
      'overview_phase_test',
      'dose_amplitude_ssim_test',
      'overlap',
      'dose_1000-dense-test_images',
      'dose_1000-dense-test_frc',
    ]) {
      expect(names).toEqual(expect.arrayContaining([`${name}.svg`, `${name}.png`]));
    }
    const png = decode(await readFile(join(root, 'comparison', 'figures', 'dose_1000-dense-test_images.png')));
    expect(png.width).toBeGreaterThan(1000);
    expect(await verifyEvidence(root)).toMatchObject({ ok: true });
    await writeFile(report.path, `${page} `);
    expect((await verifyEvidence(root)).findings).toMatchObject([{ kind: 'changed', path: 'comparison/report.html' }]);
    await writeFile(report.path, page);
  });

  it('shows hostile names as text, in the page and in drawings', async () => {
    const page = await readFile(report.path, 'utf8');
    expect(page.includes('<script>alert')).toBe(false);
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page.match(/<\/script>/g)).toHaveLength(page.match(/<script[ >]/g)?.length as number);
    const folder = join(root, 'comparison', 'figures');
    for (const name of (await readdir(folder)).filter((one) => one.includes('script') && one.endsWith('.svg'))) {
      const svg = await readFile(join(folder, name), 'utf8');
      expect(svg.includes('<script')).toBe(false);
      expect(new Resvg(svg, { font: { loadSystemFonts: false } }).width).toBeGreaterThan(0); // well-formed
    }
  });

  it('gives every row a number or a reason, also those of views that do not exist', async () => {
    const page = await readFile(report.path, 'utf8');
    for (const reason of [
      'missing: no trained network in models',
      'skipped: too few images',
      'Phase SSIM: the truth has no phase contrast',
    ]) {
      expect(page.includes(reason), reason).toBe(true);
    }
    expect(/.{20}\b(?:undefined|NaN)\b/.exec(page.slice(0, page.indexOf('<script')))?.[0]).toBeUndefined();
    expect(page.includes(root)).toBe(false);
  });

  it('writes the same page again', async () => {
    const pages: string[] = [];
    for (let i = 0; i < 2; i++) pages.push(await readFile((await writeReport({ root, figures: false })).path, 'utf8'));
    expect(pages[0] === pages[1]).toBe(true);
  });

  it('refuses objects that are not those that were scored, and leaves what there was', async () => {
    const { path } = await writeReport({ root, figures: false });
    const objects = join(root, 'comparison', 'dose_1000', 'view0', 'test', 'aligned_objects.npz');
    const [before, page] = [await readFile(objects), await readFile(path)];
    await writeFile(objects, before.subarray(0, before.length - 10));
    await expect(writeReport({ root })).rejects.toMatchObject({
      code: 'MANIFEST',
      message: expect.stringContaining('not those that were scored'),
    });
    await writeFile(objects, before);
    expect((await readFile(path)).equals(page)).toBe(true);
  });
});

describe('ptychokit report', () => {
  it('says where the page is', async () => {
    const { code, stdout } = await runInProcess(['report', join(root, 'comparison'), '--no-figures', '--quiet']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^report +\S+\/comparison\/report\.html \([\d.]+ kB\)\n$/);
  });

  it('refuses a directory without a comparison with 2', async () => {
    const { code, stderr } = await runInProcess(['report', tmpdir()]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no such manifest/);
  });
});
