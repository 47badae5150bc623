import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { diagnose } from '../../../packages/trainer/src/engine/doctor.js';
import type { EngineLocation } from '../../../packages/trainer/src/engine/engine-location.js';
import { formatDiagnosis } from '../../../packages/trainer/src/engine/format-diagnosis.js';

const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

const location = (parts: Partial<EngineLocation>): EngineLocation => ({
  packageFolder: folder,
  folder,
  addonPath: join(folder, 'tfjs_binding.node'),
  libraryFolder: join(folder, 'lib'),
  hasAddon: true,
  manifest: undefined,
  ...parts,
});

describe('diagnose', () => {
  it('reports a working engine with its speed', async () => {
    const diagnosis = await diagnose();
    expect(diagnosis).toMatchObject({ ok: true, problems: [], node: process.versions.node });
    expect(diagnosis.engine?.backend).toBe('tensorflow');
    const text = formatDiagnosis(diagnosis);
    for (const fact of ['TensorFlow.js 4.', 'threads', 'instruction sets', 'GFLOP/s', 'cache', 'Everything is in order.'])
      expect(text).toContain(fact);
  });

  it('explains a package that is not installed', async () => {
    const diagnosis = await diagnose({ locate: () => undefined });
    expect(diagnosis).toMatchObject({ ok: false, engine: undefined, benchmark: undefined });
    expect(formatDiagnosis(diagnosis)).toMatch(
      /engine +not available[\s\S]*problem: the package @tensorflow\/tfjs-node is not installed\n {2}fix: npm run setup/,
    );
  });

  it('explains an addon that is missing', async () => {
    const { problems } = await diagnose({ locate: () => location({ hasAddon: false }) });
    expect(problems).toEqual([{ what: expect.stringContaining('addon is missing') as string, fix: 'npm run setup' }]);
  });

  it('explains an addon that does not load, and how to build it anew', async () => {
    const addonPath = join(folder, 'tfjs_binding.node');
    writeFileSync(addonPath, 'no library');
    const manifest = { way: 'wheel', tensorflow: '2.21.0', created: '2026' };
    const { ok, problems } = await diagnose({ locate: () => location({ addonPath, manifest }) });
    expect(ok).toBe(false);
    expect(problems[0]).toMatchObject({
      what: expect.stringContaining('does not load') as string,
      fix: `rm -r ${folder} && npm run setup`,
    });
  });

  it('notices settings that slow the engine down', async () => {
    vi.stubEnv('TF_ENABLE_ONEDNN_OPTS', '0');
    const { problems } = await diagnose({ locate: () => undefined });
    vi.unstubAllEnvs();
    expect(problems[0]).toMatchObject({ fix: 'unset TF_ENABLE_ONEDNN_OPTS' });
  });
});
