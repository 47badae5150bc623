import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadScript, scratchFolder } from './setup-scripts.js';

interface EngineEntry {
  entryName(way: string, engine: { version: string; napi: number }): string;
  writeManifest(folder: string, engine: { addon: string }, facts: object): void;
  whatIsDamaged(folder: string): string | undefined;
  publishEntry(temporary: string, place: string): void;
  removeLeftovers(folder: string): void;
}
const { entryName, writeManifest, whatIsDamaged, publishEntry, removeLeftovers } = await loadScript<EngineEntry>('engine-entry.mjs');

const addon = join('lib', 'binding.node');
const library = join('deps', 'lib', 'libtensorflow.so.2');

function makeEntry(folder: string, text = 'library'): string {
  mkdirSync(join(folder, 'lib'), { recursive: true });
  mkdirSync(join(folder, 'deps', 'lib'), { recursive: true });
  writeFileSync(join(folder, addon), 'addon');
  writeFileSync(join(folder, library), text);
  writeManifest(folder, { addon }, { way: 'test' });
  return folder;
}

let folder: string;
beforeEach(() => {
  folder = scratchFolder();
});

describe('entryName', () => {
  it('tells apart whatever decides whether an engine fits', () => {
    const name = entryName('wheel2.21.0', { version: '4.22.0', napi: 8 });
    expect(name).toMatch(/^wheel2\.21\.0-tfjs4\.22\.0-napi8-/);
    expect(name).toContain(`${process.platform}-${process.arch}`);
    expect(entryName('stock', { version: '4.22.0', napi: 8 })).not.toBe(name);
    expect(entryName('wheel2.21.0', { version: '4.23.0', napi: 8 })).not.toBe(name);
  });
});

describe('whatIsDamaged', () => {
  it('finds nothing wrong with a whole engine', () => {
    expect(whatIsDamaged(makeEntry(join(folder, 'entry')))).toBeUndefined();
  });

  it.each([
    { how: 'has no manifest', harm: (entry: string) => rmSync(join(entry, 'ready.json')), what: /manifest cannot be read/ },
    {
      how: 'has half a manifest',
      harm: (entry: string) => writeFileSync(join(entry, 'ready.json'), '{"files":'),
      what: /manifest cannot be read/,
    },
    { how: 'lacks a file', harm: (entry: string) => rmSync(join(entry, addon)), what: /lib\/binding\.node is missing/ },
    { how: 'has a longer file', harm: (entry: string) => appendFileSync(join(entry, library), 'x'), what: /8 bytes instead of 7/ },
    { how: 'has other contents', harm: (entry: string) => writeFileSync(join(entry, addon), 'odd0n'), what: /other contents/ },
  ])('notices one that $how', ({ harm, what }) => {
    const entry = makeEntry(join(folder, 'entry'));
    harm(entry);
    expect(whatIsDamaged(entry)).toMatch(what);
  });
});

describe('publishEntry', () => {
  it('moves a finished engine into place', () => {
    publishEntry(makeEntry(join(folder, '.building-1')), join(folder, 'place'));
    expect(readdirSync(folder)).toEqual(['place']);
    expect(whatIsDamaged(join(folder, 'place'))).toBeUndefined();
  });

  it('leaves a whole engine that is there already, and drops its own', () => {
    makeEntry(join(folder, 'place'), 'first!!');
    publishEntry(makeEntry(join(folder, '.building-1'), 'the second'), join(folder, 'place'));
    expect(readdirSync(folder)).toEqual(['place']);
    expect(whatIsDamaged(join(folder, 'place'))).toBeUndefined();
    expect(existsSync(join(folder, 'place', library))).toBe(true);
  });

  it('replaces a damaged one', () => {
    rmSync(join(makeEntry(join(folder, 'place')), addon));
    publishEntry(makeEntry(join(folder, '.building-1')), join(folder, 'place'));
    expect(readdirSync(folder)).toEqual(['place']);
    expect(whatIsDamaged(join(folder, 'place'))).toBeUndefined();
  });
});

describe('removeLeftovers', () => {
  it('removes what was being built or discarded, and nothing else', () => {
    for (const name of ['.building-a', 'wheel.discarded-7', 'wheel']) mkdirSync(join(folder, name));
    removeLeftovers(folder);
    removeLeftovers(join(folder, 'not-there'));
    expect(readdirSync(folder)).toEqual(['wheel']);
  });
});
