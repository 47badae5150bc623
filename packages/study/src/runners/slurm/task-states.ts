/** What Slurm says of one task. */
export interface TaskState {
  /** As Slurm spells it: `PENDING`, `RUNNING`, `NODE_FAIL`. */
  readonly state: string;
  readonly node: string | undefined;
  readonly reason: string | undefined;
}

/** Tasks of an array by their index; a task that nobody knows any more is absent. */
export type TaskStates = ReadonlyMap<number, TaskState>;

/** What has to be done about a task. */
export type TaskFate = 'alive' | 'lost' | 'ended';

const LOST = ['NODE_FAIL', 'BOOT_FAIL', 'PREEMPTED', 'REVOKED', 'LAUNCH_FAILED', 'RECONFIG_FAIL'];
const ENDED = ['COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'OUT_OF_MEMORY', 'DEADLINE'];

/** A task that could not be started and waits for an operator to release it. */
export const isStuck = (task: TaskState | undefined): boolean =>
  task?.state === 'PENDING' && /launch.failed.requeued.held/i.test(task.reason ?? '');

/** `lost`: through no fault of its own, so that it is worth another attempt; states that are not known are taken for alive. */
export function taskFate(task: TaskState | undefined): TaskFate {
  if (task === undefined || isStuck(task) || LOST.includes(task.state)) return 'lost';
  return ENDED.includes(task.state) ? 'ended' : 'alive';
}

/** Reads the output of squeue (`%F|%K|%T|%N|%r`) and of sacct (`JobID|State`); the queue is more up to date. */
export function parseTaskStates(output: { readonly id: string; readonly queued: string; readonly accounted: string }): TaskStates {
  const states = new Map<number, TaskState>();
  for (const line of output.accounted.split('\n')) {
    const match = /^(\d+)_(\d+)\|(\w+)/.exec(line.trim());
    if (match?.[1] === output.id) states.set(Number(match[2]), { state: match[3] as string, node: undefined, reason: undefined });
  }
  for (const line of output.queued.split('\n')) {
    const [id, index, state, node, reason] = line.trim().split('|');
    if (id !== output.id || state === undefined || !/^\d+$/.test(index ?? '')) continue;
    states.set(Number(index), { state, node: node || undefined, reason: reason === undefined || reason === 'None' ? undefined : reason });
  }
  return states;
}
