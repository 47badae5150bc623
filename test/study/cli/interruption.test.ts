import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { interruptible } from '../../../packages/study/src/cli/interruption.js';

describe('interruptible', () => {
  it.each(['SIGINT', 'SIGTERM'])('%s asks the work to stop, and a second signal ends the process', (name) => {
    const source = new EventEmitter();
    const notes: string[] = [];
    const exits: number[] = [];
    const { signal } = interruptible((text) => notes.push(text), { source, exit: (code) => exits.push(code) });
    expect(signal.aborted).toBe(false);
    source.emit(name);
    expect(signal.aborted).toBe(true);
    expect(exits).toEqual([]);
    expect(notes.join('')).toContain('again to stop at once');
    source.emit('SIGINT');
    expect(exits).toEqual([130]);
  });

  it('stops listening when disposed of', () => {
    const source = new EventEmitter();
    const interruption = interruptible(() => undefined, { source, exit: () => undefined });
    interruption[Symbol.dispose]();
    expect(source.listenerCount('SIGINT') + source.listenerCount('SIGTERM')).toBe(0);
  });
});
