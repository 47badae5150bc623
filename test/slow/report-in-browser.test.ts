import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeReport } from '@ptychokit/study';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../support/browser.js';
import { writeSampleComparison } from '../support/sample-comparison.js';

const HOSTILE = `"'></script><script>document.title='taken'</script><img src=x onerror="document.title='taken'">`;
const chromium = findChromium();

let root = '';
let browser: Browser;
let page: Page;
const complaints: string[] = [];
const requests: string[] = [];

beforeAll(async () => {
  if (chromium === undefined) return;
  root = await mkdtemp(join(tmpdir(), 'ptychokit-browser-'));
  await writeSampleComparison(join(root, 'comparison'), { doses: [1e3, 1e4], views: ['dense', HOSTILE], splits: ['test'] });
  const { path } = await writeReport({ root, figures: false });
  browser = await launchChromium(chromium);
  page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  await page.waitForSelector('html[data-drawn]');
});
afterAll(async () => {
  await browser?.close();
  if (root !== '') await rm(root, { recursive: true });
});

/** Text of a column of the table of metrics, in the order shown. */
const columnOf = (index: number): Promise<readonly string[]> =>
  page.locator('#metrics tbody tr').evaluateAll((rows, at) => rows.map((row) => row.children[at]?.textContent ?? ''), index);

/** Colours of a canvas: how many pixels are painted, and how many colours they have. */
const painted = (selector: string) =>
  page
    .locator(selector)
    .first()
    .evaluate((element) => {
      const canvas = element as unknown as {
        width: number;
        height: number;
        getContext(kind: string): { getImageData(...box: number[]): { data: Uint8ClampedArray } };
      };
      const words = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
      const seen = words.filter((word) => word !== 0);
      return { pixels: seen.length, colours: new Set(seen).size };
    });

describe.skipIf(chromium === undefined)('the report in Chromium', () => {
  it('draws the truth, the objects and their errors, of the scored pixels alone', async () => {
    expect(await page.locator('.viewer').count()).toBe(4);
    for (const [name, kind] of [
      ['truth', 'amplitude'],
      ['pinn', 'phase'],
      ['iterative', 'amplitude_error'],
    ]) {
      const { pixels, colours } = await painted(`.viewer canvas[data-name="${name}"][data-kind="${kind}"]`);
      expect(pixels).toBe(48 * 72);
      expect(colours).toBeGreaterThan(20);
    }
    expect((await painted('#overview canvas[data-name="supervised"]')).pixels).toBe(48 * 72);
  });

  it('sorts by a number in both orders, what has none last, and filters', async () => {
    await page.getByRole('button', { name: 'Amp. SSIM' }).first().click();
    const numbers = (texts: readonly string[]) => texts.map((text) => Number(/[\d.]+/.exec(text)?.[0] ?? Number.NaN));
    const up = numbers(await columnOf(4));
    const scored = up.filter((value) => !Number.isNaN(value));
    expect(scored.length).toBe(10);
    expect(up.slice(0, scored.length)).toEqual([...scored].sort((a, b) => a - b));
    await page.locator('#metrics thead button').nth(4).press('Enter');
    expect(numbers(await columnOf(4)).slice(0, scored.length)).toEqual([...scored].sort((a, b) => b - a));
    expect(await page.locator('#metrics th[aria-sort="descending"]').count()).toBe(1);
    await page.locator('.filters[data-for="metrics"] select[data-filter="method"]').selectOption('LSQ-ML');
    expect(await page.locator('#metrics tbody tr:visible').count()).toBe(4);
  });

  it('marks the pixel under the pointer in every image, with its values, and zooms them together', async () => {
    const viewer = page.locator('.viewer').first();
    const frame = viewer.locator('.frame').first();
    await frame.scrollIntoViewIfNeeded();
    const box = (await frame.boundingBox()) as { width: number; height: number };
    await frame.hover({ position: { x: box.width * 0.25, y: box.height * 0.5 } });
    const lefts = await viewer
      .locator('.cross.down')
      .evaluateAll((all) => all.map((one) => (one as unknown as { style: { left: string } }).style.left));
    expect(lefts).toHaveLength(14);
    expect(new Set(lefts).size).toBe(1);
    const values = await viewer.locator('.value').allTextContents();
    const [truth, pinn, , , error] = values.map((text) => Number(text.replace('−', '-')));
    expect(error).toBeCloseTo(Math.abs((pinn as number) - (truth as number)), 2);
    await frame.dblclick({ position: { x: box.width * 0.25, y: box.height * 0.5 } });
    const transforms = await viewer
      .locator('.frame canvas')
      .evaluateAll((all) => all.map((one) => (one as unknown as { style: { transform: string } }).style.transform));
    expect(new Set(transforms).size).toBe(1);
    expect(transforms[0]).toMatch(/scale\(2\)/);
  });

  it('is worked with the keyboard alone', async () => {
    const viewer = page.locator('.viewer').first();
    await viewer.focus();
    await page.keyboard.press('0');
    const before = await viewer.locator('.position').textContent();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    const place = (text: string | null) => [...(text ?? '').matchAll(/[xy] (\d+)/g)].map((match) => Number(match[1]));
    const [[x = 0, y = 0], after] = [place(before), place(await viewer.locator('.position').textContent())];
    expect(after).toEqual([x + 1, y + 10]);
    await page.keyboard.press('+');
    expect(await viewer.locator('.position').textContent()).toContain('zoom 2');
  });

  it('shows phases on the scale that is asked for', async () => {
    const ends = () => page.locator('.viewer .bar[data-kind="phase"] .end').nth(1).textContent();
    const before = await ends();
    await page.getByLabel('cyclic').check();
    expect(await ends()).toBe('3.14');
    await page.getByLabel('automatic').check();
    expect(await ends()).toBe(before);
  });

  it('is dark where the reader wants it, and white on paper with everything open', async () => {
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).toBe('rgb(21, 23, 26)');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await ground()).toBe('rgb(255, 255, 255)');
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
  });

  it('takes names for text, complains of nothing and asks nobody for anything', async () => {
    expect(await page.title()).not.toBe('taken');
    expect(await page.locator('#metrics').textContent()).toContain(HOSTILE);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !/^(file|data|blob):/.test(url))).toEqual([]);
    expect(requests.filter((url) => url.startsWith('file:'))).toHaveLength(1);
  });
});

it.skipIf(chromium !== undefined)('needs Chromium: install it, or name it in PTYCHOKIT_CHROMIUM', () => undefined);
