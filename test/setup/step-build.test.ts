import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadScript, scratchFolder } from './setup-scripts.js';

interface Step {
  needed(context: object): boolean;
  run(context: object): Promise<void>;
}
const { buildStep, sourceState } = await loadScript<{ buildStep: Step; sourceState(root: string): string }>('step-build.mjs');

let root: string;
const report = { verbose: false, note() {}, timed: (_: string, work: () => unknown) => work() };

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Stands in for the compiler: writes the output, or complains. */
function compiler(text: string): void {
  write('node_modules/typescript/bin/tsc', text);
}

beforeEach(() => {
  root = scratchFolder();
  write('package.json', '{}');
  write('tsconfig.json', '{}');
  for (const file of ['package.json', 'tsconfig.json', 'src/index.ts', 'src/deep/part.ts']) write(`packages/own/${file}`, '{}');
  compiler(`require('fs').mkdirSync('packages/own/dist'); require('fs').writeFileSync('packages/own/dist/index.js', '')`);
});

describe('sourceState', () => {
  it.each([
    { change: 'an edited file', make: () => write('packages/own/src/deep/part.ts', 'other') },
    { change: 'a new file', make: () => write('packages/own/src/new.ts', '') },
    { change: 'a touched file', make: () => utimesSync(join(root, 'packages/own/src/index.ts'), 1, 1) },
    { change: 'other settings', make: () => write('tsconfig.base.json', '{}') },
  ])('differs after $change', ({ make }) => {
    const before = sourceState(root);
    expect(sourceState(root)).toBe(before);
    make();
    expect(sourceState(root)).not.toBe(before);
  });
});

describe('buildStep', () => {
  it('compiles once, and again when a source has changed', async () => {
    expect(buildStep.needed({ root })).toBe(true);
    await buildStep.run({ root, env: process.env, report });
    expect(buildStep.needed({ root })).toBe(false);
    write('packages/own/src/index.ts', 'edited');
    expect(buildStep.needed({ root })).toBe(true);
  });

  it('shows what the compiler says, and tries again next time', async () => {
    compiler(`console.log('index.ts(1,1): error TS1: no'); process.exit(2)`);
    const failure = buildStep.run({ root, env: process.env, report });
    await expect(failure).rejects.toMatchObject({
      name: 'SetupError',
      tried: ['tsc -b: exit 2'],
      output: expect.stringContaining('TS1') as string,
    });
    expect(buildStep.needed({ root })).toBe(true);
  });
});
