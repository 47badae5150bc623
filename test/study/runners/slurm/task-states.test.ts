import { parseTaskStates, type TaskState, taskFate } from '@ptychokit/study';
import { describe, expect, it } from 'vitest';

const stateOf = (state: string, reason?: string): TaskState => ({ state, node: undefined, reason });

describe('parseTaskStates', () => {
  it('believes the queue before the accounting, and leaves out what is of another array', () => {
    const queued = '7|0|RUNNING|n1|None\n7|1|PENDING||Resources\n8|2|RUNNING|n2|None\n7|N/A|PENDING||None\n';
    const accounted = '7_0|PENDING\n7_2|CANCELLED by 0\n7_[3-4]|PENDING\n8_3|FAILED\n';
    expect(Object.fromEntries(parseTaskStates({ id: '7', queued, accounted }))).toEqual({
      0: { state: 'RUNNING', node: 'n1', reason: undefined },
      1: { state: 'PENDING', node: undefined, reason: 'Resources' },
      2: { state: 'CANCELLED', node: undefined, reason: undefined },
    });
  });
});

describe('taskFate', () => {
  it.each([
    ['lost', ['NODE_FAIL', 'PREEMPTED', 'BOOT_FAIL']],
    ['ended', ['COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'OUT_OF_MEMORY']],
    ['alive', ['PENDING', 'RUNNING', 'COMPLETING', 'SUSPENDED', 'A_STATE_OF_TOMORROW']],
  ])('is %s', (fate, states) => {
    for (const state of states) expect(taskFate(stateOf(state)), state).toBe(fate);
  });

  it('is lost where nobody knows the task, or its node could not start it', () => {
    expect(taskFate(undefined)).toBe('lost');
    expect(taskFate(stateOf('PENDING', 'launch failed requeued held'))).toBe('lost');
    expect(taskFate(stateOf('PENDING', 'JobHeldUser'))).toBe('alive');
  });
});
