import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadScript, scratchFolder } from './setup-scripts.js';

interface Step {
  needed(context: { root: string }): boolean;
  run(context: object): Promise<void>;
}
interface StepDependencies {
  whatDiffers(root: string): string | undefined;
  readonly dependenciesStep: Step;
}
const { whatDiffers, dependenciesStep } = await loadScript<StepDependencies>('step-dependencies.mjs');

type Packages = Record<string, Record<string, unknown>>;
const locked: Packages = {
  '': { name: 'workspace' },
  'packages/own': { version: '1.0.0' },
  'node_modules/a': { version: '1.0.0', integrity: 'A' },
  'node_modules/mac-only': { version: '1.0.0', integrity: 'M', optional: true },
  'node_modules/own': { resolved: 'packages/own', link: true },
};
const { '': _root, 'node_modules/mac-only': _optional, ...installed } = locked;

let root: string;

function write(name: string, packages: Packages): void {
  writeFileSync(join(root, name), JSON.stringify({ packages }));
}

beforeEach(() => {
  root = scratchFolder();
  for (const name of ['a', 'own']) {
    mkdirSync(join(root, 'node_modules', name), { recursive: true });
    writeFileSync(join(root, 'node_modules', name, 'package.json'), '{}');
  }
  write('package-lock.json', locked);
  write(join('node_modules', '.package-lock.json'), installed);
});

describe('whatDiffers', () => {
  it('finds nothing where the locked packages are installed, but for those of other platforms', () => {
    expect(whatDiffers(root)).toBeUndefined();
  });

  const newer = { ...installed, 'node_modules/a': { version: '1.0.1', integrity: 'A' } };
  const { 'node_modules/a': _a, ...fewer } = installed;
  it.each([
    { how: 'a package of another version', packages: newer, what: 'node_modules/a is not the locked version' },
    { how: 'a missing package', packages: fewer, what: 'node_modules/a is not the locked version' },
    { how: 'one package too many', packages: { ...installed, 'node_modules/b': { version: '1.0.0' } }, what: 'node_modules/b' },
  ])('notices $how', ({ packages, what }) => {
    write(join('node_modules', '.package-lock.json'), packages);
    expect(whatDiffers(root)).toBe(what);
  });

  it('notices a package whose folder is gone', () => {
    rmSync(join(root, 'node_modules', 'a'), { recursive: true });
    expect(whatDiffers(root)).toBe('node_modules/a is missing');
  });

  it('takes an interrupted installation for none', () => {
    rmSync(join(root, 'node_modules', '.package-lock.json'));
    expect(whatDiffers(root)).toBe('nothing is installed');
    expect(dependenciesStep.needed({ root })).toBe(true);
  });
});

describe('dependenciesStep', () => {
  it.each([
    { says: 'npm error code EUSAGE', fix: /npm install, and commit the lock file/ },
    { says: 'npm error network', fix: /npm registry can be reached/ },
  ])('explains a failure that says "$says"', async ({ says, fix }) => {
    const npm = join(root, 'npm-cli.js');
    writeFileSync(npm, `console.error(${JSON.stringify(says)}); process.exit(1)`);
    const report = { verbose: false, note() {}, timed: (_: string, work: () => unknown) => work() };
    const failure = dependenciesStep.run({ root, env: { ...process.env, npm_execpath: npm }, report });
    await expect(failure).rejects.toMatchObject({
      name: 'SetupError',
      tried: ['npm ci: exit 1'],
      fix: expect.stringMatching(fix) as string,
      output: expect.stringContaining(says) as string,
    });
  });
});
