import type { Issue } from '@ptychokit/config';
import { countBadValues } from '../frame-values.js';
import { toFloat32 } from '../npy/convert.js';
import type { NpyHeader } from '../npy/header.js';
import { decodeNpy } from '../npy/read.js';
import { locateMember, memberBytes, memberPrefix } from '../npz/member-stream.js';
import type { NpzFile } from '../npz/read.js';
import { imageLength, type StackLayout } from '../stack/layout.js';
import type { PlannedMember } from './plan.js';

/** A stack of frames in an archive, of any real type. */
export interface FrameMember {
  readonly npz: NpzFile;
  readonly member: PlannedMember;
}

/** Some values of a stack, in the order of the file. */
export interface FrameSample {
  /** Element number in the file of the first value. */
  readonly start: number;
  readonly values: Float32Array;
}

const BLOCKS = 16;
/** Deflated data can only be read from the start. */
const PREFIX_BYTES = 1 << 20;

/** Values from places spread over a stored stack, or from the start of a deflated one. */
export async function* sampleFrames({ npz, member }: FrameMember): AsyncGenerator<FrameSample> {
  const { header } = member;
  const entry = npz.entry(member.name);
  if (entry.method !== 0) {
    const bytes = await memberPrefix(npz.file, entry, { length: header.dataOffset + Math.min(header.dataLength, PREFIX_BYTES) });
    yield decode(header, { start: 0, bytes: wholeElements(header, bytes.subarray(header.dataOffset)) });
    return;
  }
  const position = (await locateMember(npz.file, entry)) + header.dataOffset;
  const blocks = Math.min(BLOCKS, ...header.shape);
  const length = Math.floor(header.count / Math.max(...header.shape, 1));
  for (let i = 0; i < blocks; i++) {
    const start = blocks === 1 ? 0 : Math.floor(((header.count - length) * i) / (blocks - 1) / length) * length;
    const bytes = await npz.file.bytes(position + start * header.dtype.itemSize, length * header.dtype.itemSize);
    yield decode(header, { start, bytes });
  }
}

/** All values of a stack, piece by piece; the checksum of the member is verified on the way. */
export async function* allFrames(
  { npz, member }: FrameMember,
  options: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<FrameSample> {
  const { header } = member;
  let skip = header.dataOffset;
  let left = header.dataLength;
  let rest = new Uint8Array(0);
  let start = 0;
  for await (const piece of memberBytes(npz.file, npz.entry(member.name))) {
    options.signal?.throwIfAborted();
    const data = piece.subarray(Math.min(skip, piece.length)).subarray(0, left);
    skip -= Math.min(skip, piece.length);
    left -= data.length;
    const bytes = new Uint8Array(rest.length + data.length);
    bytes.set(rest);
    bytes.set(data, rest.length);
    const whole = wholeElements(header, bytes);
    rest = bytes.slice(whole.length);
    yield decode(header, { start, bytes: whole });
    start += whole.length / header.dtype.itemSize;
  }
}

/** What is wrong with the values of a stack, as one issue. */
export async function frameValueIssues(
  stack: { name: string; layout: StackLayout },
  samples: AsyncIterable<FrameSample>,
): Promise<Issue[]> {
  const frames = new Set<number>();
  let pixels = 0;
  for await (const { start, values } of samples) {
    if (countBadValues(values) === 0) continue;
    for (let i = 0; i < values.length; i++) {
      if (countBadValues(values.subarray(i, i + 1)) === 0) continue;
      pixels++;
      frames.add(frameOf(stack.layout, start + i));
    }
  }
  if (frames.size === 0) return [];
  const first = [...frames].reduce((a, b) => Math.min(a, b));
  const got = `${pixels} pixels that are NaN, infinite or negative in ${frames.size} of the frames looked at (first: frame ${first})`;
  return [
    { key: stack.name, expected: 'amplitudes: finite and not negative', got, fix: 'leave these frames out, or set these pixels to 0' },
  ];
}

function frameOf(layout: StackLayout, element: number): number {
  return layout.contiguous ? Math.floor(element / imageLength(layout)) : element % layout.count;
}

function wholeElements(header: NpyHeader, bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, Math.floor(bytes.length / header.dtype.itemSize) * header.dtype.itemSize);
}

function decode(header: NpyHeader, piece: { start: number; bytes: Uint8Array }): FrameSample {
  const count = piece.bytes.length / header.dtype.itemSize;
  return { start: piece.start, values: toFloat32(decodeNpy({ ...header, shape: [count], count }, piece.bytes)) };
}
