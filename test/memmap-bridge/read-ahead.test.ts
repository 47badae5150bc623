import { readAhead } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';

const turns = async (): Promise<void> => {
  for (let i = 0; i < 30; i++) await Promise.resolve();
};

/** Reads that end when they are told to. */
function manualReads(count: number) {
  const started: { index: number; slot: number; finish: (value?: number) => void; fail: (error: Error) => void }[] = [];
  let open = 0;
  const read = (index: number, slot: number): Promise<number> => {
    open++;
    return new Promise<number>((resolve, reject) => {
      started.push({ index, slot, finish: (value = index) => resolve(value), fail: reject });
    }).finally(() => open--);
  };
  return { tasks: { count, read }, started, open: () => open };
}

describe('readAhead', () => {
  it.each([
    [0, 1],
    [1, 3],
    [7, 1],
    [7, 3],
    [3, 9],
  ])('gives %d results in order, %d ahead', async (count, depth) => {
    const seen: number[] = [];
    for await (const value of readAhead({ count, read: async (index) => 10 * index }, { depth })) seen.push(value);
    expect(seen).toEqual(Array.from({ length: count }, (_, i) => 10 * i));
  });

  it('starts nothing before it is asked, and holds back when the caller is slow', async () => {
    const { tasks, started } = manualReads(10);
    const results = readAhead(tasks, { depth: 2 });
    await turns();
    expect(started).toHaveLength(0);
    const first = results.next();
    await turns();
    expect(started).toHaveLength(2);
    started[0]?.finish();
    expect((await first).value).toBe(0);
    started[1]?.finish();
    started[2]?.finish();
    await turns();
    expect(started.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect((await results.next()).value).toBe(1);
    await turns();
    expect(started).toHaveLength(4);
    for (const read of started) read.finish();
    await results.return();
  });

  it('never gives a slot to a read while the result in it is in use', async () => {
    const slots: number[][] = [];
    const buffers = new Int32Array(3);
    const read = async (index: number, slot: number): Promise<Int32Array> => {
      await Promise.resolve();
      buffers[slot] = index;
      return buffers.subarray(slot, slot + 1);
    };
    let expected = 0;
    for await (const value of readAhead({ count: 20, read }, { depth: 2 })) {
      await turns();
      slots.push([...value]);
      expect(value[0]).toBe(expected++);
    }
    expect(slots).toHaveLength(20);
  });

  it('throws an error where its result would have come, and ends', async () => {
    const read = async (index: number): Promise<number> => {
      if (index === 2) throw new Error('damaged');
      return index;
    };
    const results = readAhead({ count: 5, read }, { depth: 3 });
    expect((await results.next()).value).toBe(0);
    await turns();
    expect((await results.next()).value).toBe(1);
    await expect(results.next()).rejects.toThrow('damaged');
    expect((await results.next()).done).toBe(true);
  });

  it('waits for the reads on their way when the caller leaves', async () => {
    const { tasks, started, open } = manualReads(5);
    const results = readAhead(tasks, { depth: 2 });
    const first = results.next();
    await turns();
    started[0]?.finish();
    await first;
    let left = false;
    const leaving = results.return().then(() => {
      left = true;
    });
    await turns();
    expect([left, open()]).toEqual([false, 2]);
    started[1]?.finish();
    started[2]?.fail(new Error('nobody is interested any more'));
    await leaving;
    expect([started.length, open()]).toEqual([3, 0]);
  });

  it('stops at an abort while a read takes its time, but not before that read has ended', async () => {
    const { tasks, started, open } = manualReads(5);
    const controller = new AbortController();
    const results = readAhead(tasks, { depth: 1, signal: controller.signal });
    const first = results.next();
    await turns();
    controller.abort(new Error('enough'));
    await turns();
    started[0]?.finish();
    await expect(first).rejects.toThrow('enough');
    expect([started.length, open()]).toEqual([1, 0]);
    await expect(readAhead(tasks, { signal: controller.signal }).next()).rejects.toThrow('enough');
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a depth of %d', async (depth) => {
    await expect(readAhead({ count: 1, read: async () => 1 }, { depth }).next()).rejects.toThrow(/expected a depth of 1 or more/);
  });
});
