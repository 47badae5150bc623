import type { FrameSource } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';

/** A source under test, and the amplitudes it must give, `[n, N, N]`. */
export interface FrameSourceCase {
  readonly source: FrameSource;
  readonly expected: Float32Array;
  readonly frameSize: number;
}

/**
 * The contract of {@link FrameSource}: every implementation runs it.
 *
 * @param make opens a new source; it must have at least four frames
 */
export function testFrameSource(name: string, make: () => Promise<FrameSourceCase>): void {
  const withSource = async (use: (given: FrameSourceCase & { pixels: number }) => Promise<void>): Promise<void> => {
    const given = await make();
    try {
      await use({ ...given, pixels: given.frameSize ** 2 });
    } finally {
      await given.source.close();
    }
  };
  const framesOf = ({ expected, pixels }: { expected: Float32Array; pixels: number }, indices: readonly number[]): Float32Array =>
    Float32Array.from(indices.flatMap((index) => [...expected.subarray(index * pixels, (index + 1) * pixels)]));

  describe(`${name} as a FrameSource`, () => {
    it('states how many frames of which size it has', () =>
      withSource(async ({ source, expected, frameSize, pixels }) => {
        expect(source.frameSize).toBe(frameSize);
        expect(source.frameCount).toBe(expected.length / pixels);
      }));

    it.each([
      ['one frame', [2]],
      ['consecutive frames', [0, 1, 2, 3]],
      ['frames in falling order', [3, 2, 1, 0]],
      ['frames with gaps', [0, 2, 3]],
      ['the same frame more than once', [1, 1, 0, 1]],
      ['no frame', []],
    ])('gathers %s in index order', (_, indices) =>
      withSource(async (given) => {
        const into = new Float32Array(indices.length * given.pixels);
        await given.source.readFrames(indices, into);
        expect(into).toEqual(framesOf(given, indices));
      }),
    );

    it('gathers every frame from typed indices', () =>
      withSource(async ({ source, expected }) => {
        const into = new Float32Array(expected.length);
        await source.readFrames(
          Int32Array.from({ length: source.frameCount }, (_, i) => i),
          into,
        );
        expect(into).toEqual(expected);
      }));

    it('leaves the rest of a longer buffer, and what surrounds a view, alone', () =>
      withSource(async (given) => {
        const { source, pixels } = given;
        const whole = new Float32Array(4 * pixels).fill(-7);
        await source.readFrames([1], whole.subarray(pixels, 3 * pixels));
        expect(whole.subarray(0, pixels).every((value) => value === -7)).toBe(true);
        expect(whole.subarray(pixels, 2 * pixels)).toEqual(framesOf(given, [1]));
        expect(whole.subarray(2 * pixels).every((value) => value === -7)).toBe(true);
      }));

    it('serves overlapping reads', () =>
      withSource(async (given) => {
        const orders = [[0, 1], [3], [2, 0, 1], [1, 3], [0, 1, 2, 3]];
        const buffers = orders.map((order) => new Float32Array(order.length * given.pixels));
        await Promise.all(orders.map((order, i) => given.source.readFrames(order, buffers[i] as Float32Array)));
        expect(buffers).toEqual(orders.map((order) => framesOf(given, order)));
      }));

    it.each([[[-1]], [[0.5]], [[1e9]], [[Number.NaN]]])('refuses index %j', (indices) =>
      withSource(async ({ source, pixels }) => {
        await expect(source.readFrames(indices, new Float32Array(pixels))).rejects.toThrow(RangeError);
      }),
    );

    it('refuses a buffer that is too short', () =>
      withSource(async ({ source, pixels }) => {
        await expect(source.readFrames([0, 1], new Float32Array(2 * pixels - 1))).rejects.toThrow(/expected a buffer/);
      }));

    it('may be closed more than once, and refuses to be read afterwards', () =>
      withSource(async ({ source, pixels }) => {
        await source.close();
        await source.close();
        await expect(source.readFrames([0], new Float32Array(pixels))).rejects.toMatchObject({ code: 'SOURCE_CLOSED' });
      }));
  });
}
