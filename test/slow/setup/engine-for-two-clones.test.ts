import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { libtensorflow, makeClone, setUpEngine } from '../../setup/engine-clones.js';
import { eventually, scratchFolder } from '../../setup/setup-scripts.js';

// The addon is compiled twice, which takes most of a minute of one core.
const canCompile = process.platform === 'linux' && existsSync(join(libtensorflow, 'include', 'tensorflow', 'c', 'eager', 'c_api.h'));

const COMPILING = 'setup: compiling the addon ...';
const READY = 'engine ready\n';
const SLOW = 240_000;

describe('engineStep', () => {
  it.runIf(canCompile)(
    'builds one engine for two clones at once, also after a killed attempt',
    async () => {
      const folder = scratchFolder();
      const engines = join(folder, 'cache', 'ptychokit', 'engine');
      const clones = ['one', 'two'].map((name) => makeClone(join(folder, name))) as [string, string];
      const env = { XDG_CACHE_HOME: join(folder, 'cache'), PTYCHOKIT_TENSORFLOW: libtensorflow };

      const killed = setUpEngine(clones[0], env);
      await killed.said(COMPILING);
      await eventually(() => readdirSync(engines).some((name) => existsSync(join(engines, name, 'entry', 'objects'))));
      killed.child.kill('SIGKILL');
      await killed.ended;
      expect(readdirSync(engines)).toEqual([expect.stringMatching(/^\.building-/)]);

      const outputs = (await Promise.all(clones.map((clone) => setUpEngine(clone, env).ended))).map(({ output }) => output);
      for (const output of outputs) expect(output).toContain(READY.trim());
      expect(outputs.filter((output) => output.includes(COMPILING))).toHaveLength(1);
      expect(readdirSync(engines)).toEqual([expect.stringMatching(/^directory-.*-tfjs4\./)]);

      const again = await Promise.all(clones.map((clone) => setUpEngine(clone, { XDG_CACHE_HOME: env.XDG_CACHE_HOME }).ended));
      expect(again.map(({ output }) => output)).toEqual([READY, READY]);
    },
    SLOW,
  );
});
