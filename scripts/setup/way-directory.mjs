import { createHash } from 'node:crypto';
import { mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buildAddon } from './build-addon.mjs';
import { requireTools } from './build-tools.mjs';
import { linkLibraryNames, locateTensorflow } from './locate-tensorflow.mjs';
import { WayFailed } from './setup-error.mjs';

function identify(folder) {
  try {
    const { main } = locateTensorflow(folder);
    const { size, mtimeMs } = statSync(main);
    return createHash('sha256').update(`${main}:${size}:${mtimeMs}`).digest('hex').slice(0, 12);
  } catch {
    return 'absent';
  }
}

/** A libtensorflow that is on this machine already, named by `PTYCHOKIT_TENSORFLOW=<dir>`: linked, not copied. Linux only. */
export function directoryWay(folder) {
  return {
    title: `the libtensorflow in ${folder}`,
    name: `directory-${identify(folder)}`,
    async build(temporary, { root, engine, env, report }) {
      if (process.platform !== 'linux') throw new WayFailed('only for Linux');
      const found = locateTensorflow(folder);
      const tools = requireTools(['compiler', 'headers'], { root, env });
      const entry = join(temporary, 'entry');
      mkdirSync(join(entry, 'deps'), { recursive: true });
      linkLibraryNames(join(entry, 'deps', 'lib'), found, (library) => library);
      symlinkSync(found.include, join(entry, 'deps', 'include'));
      await report.timed('compiling the addon', () => buildAddon(entry, { engine, tools, env, verbose: report.verbose }));
      return entry;
    },
  };
}
