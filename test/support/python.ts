import { spawnSync } from 'node:child_process';

/** How a Python program is run. */
export interface PythonOptions {
  /** Modules it imports. */
  readonly needs: readonly string[];
  readonly args?: readonly string[];
  /** Standard input. */
  readonly input?: string;
}

/** Runs a Python program and parses what it prints as JSON; undefined where Python or one of the modules is absent. */
export function runPython(program: string, options: PythonOptions): unknown {
  if (!hasPython(options.needs)) return undefined;
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', program, ...(options.args ?? [])], {
    encoding: 'utf8',
    input: options.input ?? '',
  });
  if (status !== 0) throw new Error(`the Python program failed:\n${stderr}`);
  return JSON.parse(stdout);
}

/** `$PYTHON`, or `python3`. */
const PYTHON = process.env.PYTHON ?? 'python3';

/** True where these modules can be imported. */
export function hasPython(modules: readonly string[]): boolean {
  return spawnSync(PYTHON, ['-c', `import ${modules.join(', ')}`]).status === 0;
}
