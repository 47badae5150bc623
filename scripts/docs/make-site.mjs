// Checks links and examples of what is written, then makes the site; ends with 1 when either finds a problem.
import { spawnSync } from 'node:child_process';
import { ROOT } from '../setup/main-job.mjs';

for (const program of ['scripts/check-docs.mjs', 'node_modules/typedoc/bin/typedoc']) {
  const { status } = spawnSync(process.execPath, [program], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
