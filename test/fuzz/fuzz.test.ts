import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../memmap-bridge/support/temporary-folder.js';
import { FuzzTrial } from './fuzz-opener.js';
import { applyDamage, damageOf } from './mutation.js';
import { FUZZ_OPENERS } from './openers.js';

const RUNS = 120;
const folder = temporaryFolder();

describe.each(FUZZ_OPENERS.map((opener) => [opener.name, opener] as const))('damaged files: %s', (name, opener) => {
  it('are read when they are not damaged', async () => {
    const trial = new FuzzTrial(opener, join(folder, `${name}-whole`));
    for (const seed of await opener.seeds()) expect(await trial.try(seed)).toBe('read');
  });

  // The long run is `npm run fuzz`.
  it('are read or refused by a typed error, with bounded memory and nothing left behind', async () => {
    const seeds = await opener.seeds();
    const trial = new FuzzTrial(opener, join(folder, name));
    const property = fc.asyncProperty(damageOf(seeds.length), async ({ seed, mutations }) => {
      await trial.try(applyDamage(seeds[seed] as Uint8Array, mutations));
    });
    await fc.assert(property, { numRuns: RUNS, seed: 1 });
    expect(trial.counts.refused).toBeGreaterThan(RUNS / 4);
    for (const seed of seeds) expect(await trial.try(seed)).toBe('read');
  });
});

describe('the trial of a file', () => {
  it('finds untyped errors, files left open and memory without bound', async () => {
    const kept: Uint8Array[] = [];
    const { open } = await import('node:fs/promises');
    const faulty: Record<string, () => Promise<void>> = {
      'an error that is not typed': async () => {
        throw new TypeError('cannot read properties of undefined');
      },
      'a file was left open': async () => void handles.push(await open(import.meta.filename)),
      'memory grew by': async () => void kept.push(new Uint8Array(5e8).fill(1)),
    };
    const handles: { close(): Promise<void> }[] = [];
    for (const [message, fail] of Object.entries(faulty)) {
      const trial = new FuzzTrial({ name: 'faulty', extension: 'bin', seeds: async () => [], open: fail }, join(folder, 'faulty'));
      await expect(trial.try(new Uint8Array(3))).rejects.toThrow(message);
    }
    for (const handle of handles) await handle.close();
    kept.length = 0;
  });
});
