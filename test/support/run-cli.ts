import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type CliIo, runCli } from '@ptychokit/study';

/** What a command line ended with. */
export interface CliOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, without a terminal. */
export async function runInProcess(argv: readonly string[], io: Partial<CliIo> = {}): Promise<CliOutcome> {
  const [out, err] = [[] as string[], [] as string[]];
  const code = await runCli(argv, {
    io: {
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      errIsTerminal: false,
      columns: () => 100,
      env: {},
      now: () => performance.now(),
      ...io,
    },
  });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

/** A command line in a process of its own, on the live sources. */
export interface CliProcess {
  readonly child: ChildProcess;
  /** Resolves when standard error has shown the text; rejects when the process ends before. */
  readonly says: (text: string) => Promise<void>;
  readonly outcome: Promise<CliOutcome>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENTRY = "import('@ptychokit/study').then(async ({ runCli }) => { process.exitCode = await runCli(process.argv.slice(1)); })";

/** How a command line is started as a process. */
export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Makes it the leader of a process group of its own, which can be killed as a whole. */
  readonly detached?: boolean;
}

/** Starts a command line as a child process. */
export function startProcess(argv: readonly string[], options: ProcessOptions = {}): CliProcess {
  const node = ['--conditions=@ptychokit/source', '--import', 'tsx', '--input-type=module', '-e', ENTRY, '--', ...argv];
  const child = spawn(process.execPath, node, {
    cwd: `${ROOT}packages/study`,
    env: { ...process.env, ...options.env },
    detached: options.detached === true,
  });
  const seen = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    seen.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    seen.stderr += chunk.toString();
  });
  const outcome = new Promise<CliOutcome>((resolve) => child.on('close', (code) => resolve({ code, ...seen })));
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (seen.stderr.includes(text)) resolve();
      };
      child.stderr.on('data', look);
      child.on('close', () => reject(new Error(`expected '${text}' on standard error, got:\n${seen.stderr}`)));
      look();
    });
  return { child, says, outcome };
}
