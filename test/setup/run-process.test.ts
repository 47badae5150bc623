import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, isRunning, loadScript, runSource, scratchFolder, scriptUrl } from './setup-scripts.js';

interface Done {
  readonly code: number | string;
  readonly output: string;
  readonly stopped?: string;
}
type RunProcess = (command: string, args: readonly string[], options?: object) => Promise<Done>;
const { runProcess } = await loadScript<{ runProcess: RunProcess }>('run-process.mjs');
const node = (source: string, options?: object) => runProcess(process.execPath, ['-e', source], options);

describe('runProcess', () => {
  it('collects output and exit code', async () => {
    const done = await node('console.log("out"); console.error("err"); process.exitCode = 3');
    expect(done.code).toBe(3);
    expect(done.output).toContain('out\n');
    expect(done.output).toContain('err\n');
    expect(done.stopped).toBeUndefined();
  });

  it('reports a program that does not exist', async () => {
    expect(await runProcess('no-such-program-here', [])).toMatchObject({ code: 127, output: expect.stringContaining('ENOENT') as string });
  });

  it('ends a program that takes too long, with all its children', async () => {
    const done = await runProcess('/bin/sh', ['-c', 'sleep 60 & echo $!; wait'], { limit_s: 1 });
    expect(done.stopped).toBe('not finished after 1 s');
    const pid = Number(done.output);
    expect(pid).toBeGreaterThan(0);
    await eventually(() => !isRunning(pid));
  });

  it('ends a program that neither says nor writes anything for too long', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'part'), 'x');
    const done = await node('setInterval(() => {}, 1000)', { stall: { folder, seconds: 1 } });
    expect(done.stopped).toBe('nothing arrived for 1 s');
  });

  it('stops everything when the set-up is interrupted', async () => {
    const running = runSource(`import { interruptAll, runProcess } from ${JSON.stringify(scriptUrl('run-process.mjs'))};
process.on('SIGTERM', () => interruptAll('SIGTERM'));
const work = runProcess(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
console.log('started');
await work.catch((error) => console.log(error.name, error.message));`);
    await running.said('started');
    running.child.kill('SIGTERM');
    expect((await running.ended).output).toContain('Interrupted stopped by SIGTERM');
  });
});
