import { mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScript, scratchFolder } from './setup-scripts.js';

interface Found {
  readonly main: string;
  readonly framework: string;
  readonly include: string;
}
interface LocateTensorflow {
  locateTensorflow(folder: string): Found;
  linkLibraryNames(folder: string, found: { main: string; framework: string }, target: (path: string) => string): void;
}
const { locateTensorflow, linkLibraryNames } = await loadScript<LocateTensorflow>('locate-tensorflow.mjs');

function tree(files: readonly string[]): string {
  const folder = scratchFolder();
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  return folder;
}

const header = 'include/tensorflow/c/eager/c_api.h';

describe('locateTensorflow', () => {
  it.each([
    {
      layout: 'a libtensorflow archive',
      files: ['lib/libtensorflow.so.2', 'lib/libtensorflow_framework.so.2', header],
      main: 'lib/libtensorflow.so.2',
    },
    {
      layout: 'a folder without lib',
      files: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', header],
      main: 'libtensorflow_cc.so.2',
    },
    {
      layout: 'the site-packages of Python',
      files: ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2', `tensorflow/${header}`],
      main: 'tensorflow/libtensorflow_cc.so.2',
    },
  ])('knows $layout', ({ files, main }) => {
    const folder = tree(files);
    expect(locateTensorflow(folder).main).toBe(join(folder, main));
  });

  it('names everything that a folder lacks', () => {
    const folder = tree(['lib/libtensorflow.so.2']);
    expect(() => locateTensorflow(folder)).toThrow(/it lacks lib\/libtensorflow_framework\.so\.2, include\/tensorflow\/c\/eager\/c_api\.h/);
  });
});

describe('linkLibraryNames', () => {
  it('gives both libraries every name they are looked up by', () => {
    const folder = join(scratchFolder(), 'lib');
    linkLibraryNames(folder, { main: '/t/libtensorflow_cc.so.2', framework: '/t/libtensorflow_framework.so.2' }, (path) => path);
    const links = Object.fromEntries(readdirSync(folder).map((name) => [name, readlinkSync(join(folder, name))]));
    expect(links).toEqual({
      'libtensorflow.so': '/t/libtensorflow_cc.so.2',
      'libtensorflow.so.2': '/t/libtensorflow_cc.so.2',
      'libtensorflow_cc.so.2': '/t/libtensorflow_cc.so.2',
      'libtensorflow_framework.so': '/t/libtensorflow_framework.so.2',
      'libtensorflow_framework.so.2': '/t/libtensorflow_framework.so.2',
    });
  });
});
