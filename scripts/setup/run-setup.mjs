import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { createReport } from './report.mjs';
import { interruptAll } from './run-process.mjs';
import { Interrupted, SetupError } from './setup-error.mjs';
import { buildStep } from './step-build.mjs';
import { dependenciesStep } from './step-dependencies.mjs';
import { engineStep } from './step-engine.mjs';

const STEPS = [dependenciesStep, engineStep, buildStep];
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
const SHOWN_LINES = 40;

/** Brings the clone at `root` up to date, alone: another set-up of the same clone waits. Says nothing when nothing is to be done. */
export async function setUp({ root, env, report }) {
  const context = { root, env, report };
  if (!STEPS.some((step) => step.needed(context))) return;
  const begun = performance.now();
  const onWait = ({ pid, host }) => report.note(`another set-up of this clone is running (process ${pid} on ${host}); waiting for it ...`);
  await withLock(
    join(root, 'tmp', 'setup-lock'),
    async () => {
      for (const step of STEPS) if (step.needed(context)) await step.run(context);
    },
    { onWait },
  );
  report.note(`ready after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

function explain(error, report) {
  if (error.output && !report.verbose) report.note(`its output:\n${error.output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n')}`);
  const known = error instanceof SetupError || error instanceof Interrupted;
  report.note(known ? error.message : error.stack);
}

/** {@link setUp} for a script: resolves to the exit code, 0 when the clone is ready. */
export async function setUpForScript(root, env = process.env) {
  const report = createReport({ verbose: env.PTYCHOKIT_SETUP_VERBOSE === '1' });
  const handlers = Object.keys(SIGNALS).map((signal) => [signal, () => interruptAll(signal)]);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  try {
    await setUp({ root, env, report });
    return 0;
  } catch (error) {
    explain(error, report);
    return error instanceof Interrupted ? SIGNALS[error.signal] : 1;
  } finally {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  }
}
