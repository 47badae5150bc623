import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '@ptychokit/config';
import { ManifestError, parseManifest, readManifest, type SkipSummary, skipSummaryKind, writeManifest } from '@ptychokit/study';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let dir = '';
let path = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ptychokit-manifest-'));
  path = join(dir, 'skip_summary.json');
});
afterEach(() => rm(dir, { recursive: true }));

const summary: SkipSummary = {
  timestamp: '2024-05-06T07:08:09.000Z',
  skipped_views: [{ dose: 1e3, view: 'sparse', reason: 'fewer than 4 images' }],
  skipped_count: 1,
};

describe('writeManifest', () => {
  it('writes what can be read back, with the digest of the rest as its last field', async () => {
    await writeManifest(path, skipSummaryKind, summary);
    expect(await readManifest(path, skipSummaryKind)).toEqual(summary);
    const document = JSON.parse(await readFile(path, 'utf8'));
    expect(Object.keys(document)).toEqual(['timestamp', 'skipped_views', 'skipped_count', 'manifest_sha256']);
    expect(await readdir(dir)).toEqual(['skip_summary.json']);
  });

  it('writes nothing when the value does not fit the schema, and lists every problem', async () => {
    const wrong = { ...summary, skipped_count: -1, extra: 1, skipped_views: [{ dose: Number.NaN, view: 'a', reason: 'b' }] };
    const failure = await writeManifest(path, skipSummaryKind, wrong).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ManifestError);
    expect((failure as ManifestError).issues.map(({ key }) => key).sort()).toEqual(['(document)', 'skipped_count', 'skipped_views.0.dose']);
    expect(await readdir(dir)).toEqual([]);
  });
});

describe('readManifest', () => {
  it('takes other white space and another order of keys for the same document', async () => {
    await writeManifest(path, skipSummaryKind, summary);
    await writeFile(path, canonicalJson(JSON.parse(await readFile(path, 'utf8'))));
    expect(await readManifest(path, skipSummaryKind)).toEqual(summary);
  });

  it.each<[reason: string, edit: (text: string) => string]>([
    ['edited', (text) => text.replace('sparse', 'dense')],
    ['edited', (text) => text.replace(/(manifest_sha256": ")[0-9a-f]/, (_, head) => `${head}${text.includes('": "a') ? 'b' : 'a'}`)],
    ['edited', (text) => text.replace(/,\s*"manifest_sha256": ".*"/, '')],
    ['invalid', (text) => text.replace('"skipped_count": 1', '"skipped_count": "1"')],
    ['invalid', (text) => text.replace('"skipped_count"', '"skippedCount"')],
    ['unreadable', (text) => text.slice(0, -20)],
    ['unreadable', () => '[]'],
  ])('refuses a document that is %s', async (reason, edit) => {
    await writeManifest(path, skipSummaryKind, summary);
    const text = edit(await readFile(path, 'utf8'));
    expect(() => parseManifest(text, skipSummaryKind, path)).toThrow(expect.objectContaining({ code: 'MANIFEST', reason, path }));
  });

  it('says that there is none', async () => {
    await expect(readManifest(path, skipSummaryKind)).rejects.toMatchObject({ reason: 'missing', path });
  });
});
