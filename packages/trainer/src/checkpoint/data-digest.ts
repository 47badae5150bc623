import { createHash } from 'node:crypto';
import type { GroupedData, RawData } from '@ptychokit/memmap-bridge';

/** SHA-256 of each part of the data that a run depends on, by a name for people: another scan, order or grouping has others. */
export type DataDigests = Readonly<Record<string, string>>;

/** Data of one role in a run. */
export interface DigestedData {
  /** `training` or `validation`. */
  readonly role: string;
  readonly groups: GroupedData;
  /** Which of the groups are used. */
  readonly used: Int32Array;
  /** sum X^2 of every frame: finds frames that were exchanged or changed. */
  readonly powers: Float64Array;
}

/** Frames that are compared bit by bit, spread evenly over the scan; all others are known by their power. */
const SAMPLED_FRAMES = 16;

/** Digests of positions, groups, frames, probe and, where there are any, true patches. */
export async function digestData({ role, groups, used, powers }: DigestedData): Promise<DataDigests> {
  const { raw, members, channels } = groups;
  const sample = sampledFrames(raw);
  const truth = await sampledTruth(raw, sample);
  return {
    [`${role} positions`]: digest(raw.xcoords, raw.ycoords),
    [`${role} groups`]: digest(Int32Array.of(channels), members, used),
    [`${role} frames`]: digest(powers, await sampledPixels(raw, sample)),
    [`${role} probe`]: digest(Int32Array.from(raw.probeGuess.shape), raw.probeGuess.data),
    ...(truth === null ? {} : { [`${role} truth`]: digest(truth) }),
  };
}

function digest(...arrays: readonly (Float32Array | Float64Array | Int32Array)[]): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of arrays) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}

function sampledFrames({ frameCount }: RawData): Int32Array {
  const count = Math.min(SAMPLED_FRAMES, frameCount);
  return Int32Array.from({ length: count }, (_, i) => Math.round((i * (frameCount - 1)) / Math.max(1, count - 1)));
}

async function sampledPixels({ frames, frameSize }: RawData, sample: Int32Array): Promise<Float32Array> {
  const pixels = new Float32Array(sample.length * frameSize ** 2);
  await frames.readFrames(sample, pixels);
  return pixels;
}

async function sampledTruth({ truthPatches, frameSize }: RawData, sample: Int32Array): Promise<Float32Array | null> {
  if (truthPatches === undefined) return null;
  const patches = new Float32Array(2 * sample.length * frameSize ** 2);
  await truthPatches.readPatches(sample, patches);
  return patches;
}
