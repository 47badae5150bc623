import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { locateEngine } from '../../../packages/trainer/src/engine/engine-location.js';
import { loadQuietly, withoutNotices } from '../../../packages/trainer/src/engine/quiet-loading.js';

const loader = new URL('../../../packages/trainer/src/engine/load-engine.ts', import.meta.url).href;

const NOTICES = `WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795312192.649113    6828 port.cc:153] oneDNN custom operations are on.
To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow with the appropriate compiler flags.
`;

describe('withoutNotices', () => {
  it('drops what TensorFlow says at every start', () => {
    expect(withoutNotices(NOTICES)).toBe('');
  });

  it('keeps warnings and errors', () => {
    const text = 'W0000 00:00:1 7 gpu.cc:1] no GPU\nE0000 00:00:1 7 x.cc:1] broken\nanother line';
    expect(withoutNotices(NOTICES + text)).toBe(text);
  });
});

describe('loadQuietly', () => {
  it('loads without the capturing addon too', async () => {
    expect(await loadQuietly(join('no', 'such', 'addon.node'), async () => 42)).toBe(42);
  });

  const addon = locateEngine()?.addonPath ?? '';
  const capture = join(dirname(addon), 'stderr_capture.node');

  it.runIf(existsSync(capture))('captures what native code and JavaScript write to stderr, and puts stderr back', () => {
    const script = `
      const capture = require(${JSON.stringify(capture)});
      const { writeSync } = require('node:fs');
      writeSync(2, 'before;');
      if (!capture.begin()) process.exit(3);
      writeSync(2, 'held');
      const text = capture.end();
      writeSync(2, 'after');
      writeSync(1, text + '|' + capture.end());`;
    const shell = `"$0" -e "$1" 2>&1 1>&3 3>&- | tr a-z A-Z`;
    const output = execFileSync('/bin/sh', ['-c', `exec 3>&1; ${shell}`, process.execPath, script], { encoding: 'utf8' });
    expect(output).toContain('held|');
    expect(output).toContain('BEFORE;AFTER');
    expect(createRequire(import.meta.url)(capture)).toHaveProperty('begin');
  });

  const patience = { timeout: 180_000 };

  it.runIf(existsSync(capture))(
    'leaves the terminal clean when the engine is loaded, unless the log level says otherwise',
    patience,
    () => {
      const load = `const { loadEngine } = await import(${JSON.stringify(loader)}); console.log((await loadEngine()).backend);`;
      const arguments_ = ['--conditions=@ptychokit/source', '--import', 'tsx', '--input-type=module', '-e', load];
      const stderrAt = (level: string | undefined) => {
        const { TF_CPP_MIN_LOG_LEVEL: _, ...env } = process.env;
        const done = spawnSync(process.execPath, arguments_, {
          encoding: 'utf8',
          env: level === undefined ? env : { ...env, TF_CPP_MIN_LOG_LEVEL: level },
        });
        expect(done.stdout).toBe('tensorflow\n');
        return done.stderr;
      };
      expect(stderrAt(undefined)).toBe('');
      expect(stderrAt('0')).toContain('oneDNN');
    },
  );
});
