import type { RawData } from '@ptychokit/memmap-bridge';

/** All frames of a scan, `[n, N, N]`. */
export async function allFrames(raw: RawData): Promise<Float32Array> {
  const frames = new Float32Array(raw.frameCount * raw.frameSize ** 2);
  await raw.frames.readFrames(
    Int32Array.from({ length: raw.frameCount }, (_, i) => i),
    frames,
  );
  return frames;
}

/** Opens, looks, closes. */
export async function withScan<T>(opening: Promise<RawData>, look: (raw: RawData) => T | Promise<T>): Promise<T> {
  const raw = await opening;
  try {
    return await look(raw);
  } finally {
    await raw.close();
  }
}
