import { describe, expect, it } from 'vitest';
import { ReadPace } from '../../../packages/memmap-bridge/src/stack/read-pace.js';

const KILOBYTES = 16_384;

/** Gathers that go to the thread pool before the calling thread tries again. */
function pauseOf(pace: ReadPace): number {
  let pause = 0;
  while (!pace.mayWait(KILOBYTES)) pause++;
  return pause;
}

describe('ReadPace', () => {
  it('reads by itself as long as reads are fast', () => {
    const pace = new ReadPace();
    for (let i = 0; i < 10; i++) {
      expect(pace.mayWait(KILOBYTES)).toBe(true);
      expect(pace.wasSlow(0.02, KILOBYTES)).toBe(false);
      pace.wasFast();
    }
  });

  it('never copies megabytes by itself', () => {
    expect(new ReadPace().mayWait(5e6)).toBe(false);
  });

  it('allows a large read its time', () => {
    const pace = new ReadPace();
    expect(pace.wasSlow(3, 4e6)).toBe(false);
    expect(pace.wasSlow(3, KILOBYTES)).toBe(true);
  });

  it('keeps away from a slow disk longer and longer, and comes back when it was fast once', () => {
    const pace = new ReadPace();
    const pauses = Array.from({ length: 10 }, () => {
      pace.wasSlow(8, KILOBYTES);
      return pauseOf(pace);
    });
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 256]);
    pace.wasFast();
    pace.wasSlow(8, KILOBYTES);
    expect(pauseOf(pace)).toBe(1);
  });
});
