import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { openInBrowser } from '../../../packages/study/src/cli/open-in-browser.js';

const dirs: string[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const dir of dirs.splice(0)) await rm(dir, { recursive: true });
});

test('The desktop gets the address of the file as one argument, and no shell sees it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ptychokit-open-'));
  dirs.push(dir);
  await writeFile(join(dir, 'xdg-open'), `#!/bin/sh\nprintf '%s|' "$@" > "${dir}/seen"\n`);
  await chmod(join(dir, 'xdg-open'), 0o755);
  vi.stubEnv('PATH', `${dir}${delimiter}${process.env.PATH}`);
  expect(await openInBrowser("/tmp/a b/$(x)'.html", 'linux')).toBeNull();
  await vi.waitFor(async () => expect(await readFile(join(dir, 'seen'), 'utf8')).toBe("file:///tmp/a%20b/$(x)'.html|"));
});

test('A desktop without a browser is a reason, not a failure', async () => {
  vi.stubEnv('PATH', '');
  expect(await openInBrowser('/tmp/a.html', 'linux')).toMatch(/ENOENT/);
});
