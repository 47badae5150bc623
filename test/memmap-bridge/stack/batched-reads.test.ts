import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BatchedReads, batchedReads, type ReadPiece } from '../../../packages/memmap-bridge/src/stack/batched-reads.js';
import type { SystemCalls } from '../../../packages/memmap-bridge/src/stack/system-calls.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const path = join(temporaryFolder(), 'bytes.bin');
const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
writeFileSync(path, bytes);
const file = openSync(path, 'r');
afterAll(() => closeSync(file));

const pieces: readonly ReadPiece[] = Array.from({ length: 64 }, (_, k) => ({ offset: 10 * k, length: 10, position: (k * 7919) % 99_000 }));
const batch = batchedReads();

describe.skipIf(batch === undefined)('BatchedReads (needs Linux and koffi)', () => {
  const reads = batch as BatchedReads;

  it('reads as many places as it has room for', () => {
    const into = new Uint8Array(700).fill(255);
    const room = pieces.map((piece) => reads.add(piece));
    expect(room).toEqual(pieces.map((_, k) => k < 63));
    expect(reads.read(file, into)).toEqual([]);
    for (const { offset, length, position } of pieces) {
      expect(into.subarray(offset, offset + length)).toEqual(bytes.subarray(position, position + length));
    }
    expect(into.subarray(640).every((byte) => byte === 255)).toBe(true);
  });

  it('reads into the middle of a buffer, shared or not', () => {
    for (const buffer of [new ArrayBuffer(64), new SharedArrayBuffer(64)]) {
      reads.add({ offset: 3, length: 5, position: 1000 });
      expect(reads.read(file, new Uint8Array(buffer, 16, 20))).toEqual([]);
      expect([...new Uint8Array(buffer, 16 + 3, 5)]).toEqual([...bytes.subarray(1000, 1005)]);
    }
  });

  it('returns what lies beyond the end of the file', () => {
    const beyond = [99_995, 200_000].map((position) => ({ offset: 0, length: 10, position }));
    for (const piece of [beyond[0], pieces[1], beyond[1]]) reads.add(piece as ReadPiece);
    const missing = reads.read(file, new Uint8Array(100)) ?? [];
    expect(new Set(missing)).toEqual(new Set(beyond));
  });

  it('says that a file cannot be read so, and is ready for the next one', () => {
    reads.add(pieces[0] as ReadPiece);
    expect(reads.read(-1, new Uint8Array(10))).toBeUndefined();
    reads.add(pieces[1] as ReadPiece);
    expect(reads.read(file, new Uint8Array(20))).toEqual([]);
  });
});

/** Answers to requests as the kernel gives them, made up: number of the request and its result. */
function madeUp(
  results: readonly (readonly [request: number, result: number])[],
  { signals = 0, taken = results.length } = {},
): SystemCalls {
  const [left, steps] = [[...results], [...Array<number>(signals).fill(-1)]];
  return {
    addressOf: () => 4096,
    submit: () => taken,
    collect: (count, events) => {
      const step = steps.pop();
      if (step !== undefined) return step;
      const some = left.splice(0, Math.min(2, count)); // after a signal the kernel may hand out less than was asked for
      for (const [k, [request, result]] of some.entries()) {
        events[8 * k] = request;
        events[8 * k + 4] = result;
      }
      return some.length;
    },
  };
}

function readFirst(count: number, calls: SystemCalls): readonly number[] | undefined {
  const reads = new BatchedReads(calls);
  for (const piece of pieces.slice(0, count)) reads.add(piece);
  return reads.read(3, new Uint8Array(700))?.map((piece) => pieces.indexOf(piece));
}

describe('BatchedReads with made-up answers', () => {
  const answers = [4, 2, 0, 1, 3].map((request) => [request, request === 2 ? -11 : request === 3 ? 9 : 10] as const);

  it('matches answers in any order to their requests', () => {
    expect(readFirst(5, madeUp(answers))).toEqual([2, 3]);
  });

  it('waits for every answer, also after signals', () => {
    expect(readFirst(5, madeUp(answers, { signals: 3 }))).toEqual([2, 3]);
  });

  it('returns what the system did not take', () => {
    expect(readFirst(7, madeUp(answers))).toEqual([5, 6, 2, 3]);
    expect(readFirst(5, madeUp([], { taken: -1 }))).toBeUndefined();
  });

  it('takes "not supported" for the whole file', () => {
    for (const result of [-95, -38, -22]) expect(readFirst(2, madeUp([[0, 10] as const, [1, result] as const]))).toBeUndefined();
  });
});
