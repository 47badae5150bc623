import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('../../scripts/slurm/cluster.sh', import.meta.url));
const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch'];

/** A cluster of the nodes n1 and n2, with the partition main. */
export interface SlurmCluster {
  /** Variables that lead Slurm's commands to this cluster. */
  readonly env: { readonly SLURM_CONF: string };
  /** Ends a node and what runs there, as a power cut would. */
  killNode(node: string): Promise<void>;
  /** Tasks that have not ended: state, node and index, as in `RUNNING n1 4`. */
  queue(): Promise<readonly string[]>;
  /** Ends the cluster; returns what is left of it, files and processes. */
  stop(): Promise<readonly string[]>;
}

/**
 * Whether Slurm is installed; where not, says that its tests are left out.
 *
 * @throws Error it is not, and PTYCHOKIT_REQUIRE_SLURM says that it must be
 */
export function hasSlurm(): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const missing = PROGRAMS.filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
  if (missing.length === 0) return true;
  const text = `Slurm is not installed (no ${missing.join(', ')}): apt-get install slurm-wlm munge`;
  if (process.env.PTYCHOKIT_REQUIRE_SLURM === '1') throw new Error(text);
  process.stderr.write(`left out: ${text}\n`);
  return false;
}

/** Starts a cluster on this machine. */
export async function startCluster(): Promise<SlurmCluster> {
  const parent = await mkdtemp(join(tmpdir(), 'ptychokit-slurm-'));
  const folder = join(parent, 'cluster');
  const script = (...args: readonly string[]) => promisify(execFile)('bash', [SCRIPT, ...args]);
  await script('start', folder);
  const env = { SLURM_CONF: join(folder, 'slurm.conf') };
  return {
    env,
    killNode: async (node) => void (await script('kill-node', folder, node)),
    queue: async () => {
      const { stdout } = await promisify(execFile)('squeue', ['--noheader', '--array', '--format=%T %N %K'], {
        env: { ...process.env, ...env },
      });
      return stdout.split('\n').filter((line) => line !== '');
    },
    stop: async () => {
      await script('stop', folder);
      const left = [...(await readdir(parent)), ...processesWith(folder)];
      await rm(parent, { recursive: true, force: true });
      return left;
    },
  };
}

/** Command lines of the other processes whose command line or environment has a text in it. */
export function processesWith(text: string): readonly string[] {
  const found = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== `${process.pid}`)) {
    const [command, environment] = ['cmdline', 'environ'].map((name) => readOrEmpty(`/proc/${pid}/${name}`));
    if (command?.includes(text) || environment?.includes(text)) found.push(`${pid} ${command?.replaceAll('\0', ' ')}`);
  }
  return found;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
