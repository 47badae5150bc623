import { describe, expect, it } from 'vitest';
import { ReadPace } from '../../../packages/memmap-bridge/src/stack/read-pace.js';

const KILOBYTES = 16_384;

/** Gathers that go to the thread pool before the calling thread tries again. */
function pauseOf(pace: ReadPace): number {
  let pause = 0;
  while (!pace.mayWait(KILOBYTES)) pause++;
  return pause;
}

/** A gather with so many slow reads; true where it went to the thread pool. */
function gather(pace: ReadPace, slowReads: number): boolean {
  for (let read = 0; read < slowReads; read++) if (pace.mustLeave(8, KILOBYTES)) return true;
  pace.endGather();
  return false;
}

describe('ReadPace', () => {
  it('reads by itself as long as reads are fast', () => {
    const pace = new ReadPace();
    for (let i = 0; i < 10; i++) {
      expect(pace.mayWait(KILOBYTES)).toBe(true);
      expect(pace.mustLeave(0.02, KILOBYTES)).toBe(false);
      pace.endGather();
    }
  });

  it('never copies megabytes by itself', () => {
    expect(new ReadPace().mayWait(5e6)).toBe(false);
  });

  it('allows a large read its time', () => {
    const pace = new ReadPace();
    for (let i = 0; i < 5; i++) expect(pace.mustLeave(3, 4e6)).toBe(false);
    expect(gather(pace, 2)).toBe(true);
  });

  it('takes one slow read for a busy machine, and the next one for the disk', () => {
    const pace = new ReadPace();
    for (const [slowReads, left] of [
      [1, false],
      [0, false],
      [1, false],
      [1, true],
      [1, false],
      [1, true],
    ] as const) {
      expect(gather(pace, slowReads)).toBe(left);
      pauseOf(pace);
    }
  });

  it('keeps away from a slow disk longer and longer, and comes back when it was fast once', () => {
    const pace = new ReadPace();
    const pauses = Array.from({ length: 10 }, () => {
      expect(gather(pace, 2)).toBe(true);
      return pauseOf(pace);
    });
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 256]);
    gather(pace, 0);
    gather(pace, 2);
    expect(pauseOf(pace)).toBe(1);
  });
});
