import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScript, scratchFolder } from './setup-scripts.js';

interface BuildTools {
  requireTools(needs: readonly string[], options: { root: string; env: Record<string, string> }): Record<string, string>;
}
const { requireTools } = await loadScript<BuildTools>('build-tools.mjs');

function program(folder: string, name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

function lack(needs: readonly string[], env: Record<string, string>): unknown {
  try {
    return requireTools(needs, { root: '/clone', env });
  } catch (error) {
    return error;
  }
}

describe('requireTools', () => {
  it('names everything that is missing at once, with the packages that bring it', () => {
    const error = lack(['python', 'compiler'], { PATH: scratchFolder() });
    expect(error).toMatchObject({
      name: 'WayFailed',
      missing: ['g++ (a C++17 compiler)', 'python3'],
      packages: ['g++', 'python3', 'python3-pip'],
    });
  });

  it('tells a python without pip from one that is too old', () => {
    const withoutPip = scratchFolder();
    program(withoutPip, 'python3', 'echo True; exit 1');
    expect(lack(['python'], { PATH: withoutPip })).toMatchObject({ missing: ['pip (python3 -m pip)'], packages: ['python3-pip'] });
    const old = scratchFolder();
    program(old, 'python3', 'echo False');
    expect(lack(['python'], { PATH: old })).toMatchObject({ missing: ['python3 (3.8 or newer)'] });
  });

  it('prefers the compiler that CXX names and takes another one where there is no g++', () => {
    const folder = scratchFolder();
    program(folder, 'clang++', '');
    expect(requireTools(['compiler'], { root: '/clone', env: { PATH: folder } })).toEqual({ compiler: join(folder, 'clang++') });
    program(folder, 'mine', '');
    expect(requireTools(['compiler'], { root: '/clone', env: { PATH: folder, CXX: 'mine' } })).toEqual({ compiler: join(folder, 'mine') });
  });

  it('finds the headers of Node where npm_config_nodedir says', () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'include', 'node'), { recursive: true });
    writeFileSync(join(folder, 'include', 'node', 'node_api.h'), '');
    expect(requireTools(['headers'], { root: '/clone', env: { npm_config_nodedir: folder } })).toEqual({
      headers: join(folder, 'include', 'node'),
    });
  });
});
