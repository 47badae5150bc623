import type { Issue } from '@ptychokit/config';
import { countBadValues } from '../frame-values.js';
import { locateMember, memberBytes, memberPrefix } from '../npz/member-stream.js';
import type { NpzFile } from '../npz/read.js';
import { decodeScalars, imageLength, type StackLayout, scalarBytes } from '../stack/layout.js';
import type { PlannedMember } from './plan.js';

/** A stack of frames in an archive. */
export interface FrameMember {
  readonly npz: NpzFile;
  readonly member: PlannedMember;
  readonly layout: StackLayout;
}

/** Some values of a stack, as float32, in the order of the file. */
export interface FrameSample {
  /** Element number in the file of the first value. */
  readonly start: number;
  readonly values: Float32Array;
}

const BLOCKS = 16;
/** Deflated data can only be read from the start. */
const PREFIX_BYTES = 1 << 22;

/** Values from places spread over a stored stack, or from the start of a deflated one. */
export async function* sampleFrames({ npz, member, layout }: FrameMember): AsyncGenerator<FrameSample> {
  const { dataOffset, dataLength } = member.header;
  const entry = npz.entry(member.name);
  const blockBytes = imageLength(layout) * scalarBytes(layout);
  if (entry.method !== 0) {
    const bytes = await memberPrefix(npz.file, entry, { length: dataOffset + Math.min(dataLength, PREFIX_BYTES) });
    const whole = Math.floor((bytes.length - dataOffset) / scalarBytes(layout)) * scalarBytes(layout);
    yield decode(layout, { start: 0, bytes: bytes.slice(dataOffset, dataOffset + whole) });
    return;
  }
  const position = (await locateMember(npz.file, entry)) + dataOffset;
  const blocks = Math.min(BLOCKS, layout.count);
  for (let i = 0; i < blocks; i++) {
    const image = blocks === 1 ? 0 : Math.floor(((layout.count - 1) * i) / (blocks - 1));
    yield decode(layout, { start: image * imageLength(layout), bytes: await npz.file.bytes(position + image * blockBytes, blockBytes) });
  }
}

/** All values of a stack, piece by piece; the checksum of the member is verified on the way. */
export async function* allFrames({ npz, member, layout }: FrameMember): AsyncGenerator<FrameSample> {
  const unit = scalarBytes(layout);
  let skip = member.header.dataOffset;
  let left = member.header.dataLength;
  let rest = new Uint8Array(0);
  let start = 0;
  for await (const piece of memberBytes(npz.file, npz.entry(member.name))) {
    const data = piece.subarray(Math.min(skip, piece.length)).subarray(0, left);
    skip -= Math.min(skip, piece.length);
    left -= data.length;
    const bytes = new Uint8Array(rest.length + data.length);
    bytes.set(rest);
    bytes.set(data, rest.length);
    const whole = Math.floor(bytes.length / unit) * unit;
    rest = bytes.slice(whole);
    yield decode(layout, { start, bytes: bytes.subarray(0, whole) });
    start += whole / unit;
  }
}

/** What is wrong with the values of a stack, as one issue. */
export async function frameValueIssues(stack: FrameMember, samples: AsyncIterable<FrameSample>): Promise<Issue[]> {
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
  const got = `${pixels} pixels that are NaN, infinite or negative in ${frames.size} of the frames looked at (first: frame ${Math.min(...frames)})`;
  return [
    {
      key: stack.member.name,
      expected: 'amplitudes: finite and not negative',
      got,
      fix: 'leave these frames out, or set these pixels to 0',
    },
  ];
}

function frameOf(layout: StackLayout, element: number): number {
  return layout.contiguous ? Math.floor(element / imageLength(layout)) : Math.floor(element / layout.components) % layout.count;
}

function decode(layout: StackLayout, piece: { start: number; bytes: Uint8Array<ArrayBuffer> }): FrameSample {
  const values = new Float32Array(piece.bytes.length / scalarBytes(layout));
  decodeScalars(layout, piece.bytes, values);
  return { start: piece.start, values };
}
