import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { locateEngine } from '../../../packages/trainer/src/engine/engine-location.js';
import { probeAddon } from '../../../packages/trainer/src/engine/probe-addon.js';

const folder = mkdtempSync(join(tmpdir(), 'probe-addon-'));
afterAll(() => rmSync(folder, { recursive: true }));

function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('probeAddon', () => {
  it('tells the version of a library that loads', async () => {
    expect(await probeAddon(locateEngine()?.addonPath ?? '')).toMatchObject({
      loads: true,
      tensorflowVersion: expect.stringMatching(/^\d+\.\d+/) as string,
    });
  });

  it('tells the reason of one that throws', async () => {
    expect(await probeAddon(script('throws.cjs', 'throw new Error("wrong ELF class")'))).toMatchObject({
      loads: false,
      reason: 'wrong ELF class',
    });
  });

  it('survives one that kills its process', async () => {
    const probe = await probeAddon(
      script('dies.cjs', 'process.stderr.write("no AVX\\n"); process.kill(process.pid, "SIGILL"); setTimeout(() => {}, 9999)'),
    );
    expect(probe).toEqual({ loads: false, reason: 'the process dies of SIGILL', output: 'no AVX' });
  });
});
