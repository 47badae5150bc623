/** What is asked of Slurm for every job. */
export interface SlurmOptions {
  /** Directory for scripts, logs and the record of what was submitted; on a disk that every node sees. */
  readonly directory: string;
  readonly partition?: string | undefined;
  /** Most jobs at once; default: as many as Slurm starts. */
  readonly concurrent?: number | undefined;
  /** Time limit as sbatch takes it: minutes, or `[days-]hours:minutes:seconds`. */
  readonly time?: string | undefined;
  /** Memory of a job as sbatch takes it: `4G`. */
  readonly memory?: string | undefined;
  /** Cores of a job, which are also the threads of its engine; default 1. */
  readonly cpus?: number | undefined;
  readonly account?: string | undefined;
  /** Further options of sbatch, one each, such as `--gres=tmp:10G`. */
  readonly lines?: readonly string[] | undefined;
  /** Seconds between two looks at the queue; default 2. */
  readonly pollSeconds?: number | undefined;
  /** How often a job that the cluster lost is submitted; default 3. */
  readonly attempts?: number | undefined;
}
