import { crc32, deflateRawSync } from 'node:zlib';

/** One member of an archive made by hand. */
export interface ZipRecipe {
  readonly name: string;
  readonly data: Uint8Array;
  readonly deflate?: boolean;
  /** Sizes and checksum follow the data, the local header has zeros. */
  readonly descriptor?: boolean;
  /** Sizes and position are in a zip64 extra field although they are small. */
  readonly zip64?: boolean;
  readonly encrypted?: boolean;
  readonly method?: number;
  readonly crc?: number;
  /** Size the directory claims. */
  readonly claimedSize?: number;
}

/** The whole archive. */
export interface ArchiveRecipe {
  readonly prefix?: Uint8Array;
  readonly comment?: string;
  /** End record of 64 bits although it is not needed. */
  readonly zip64End?: boolean;
}

const MAX = 0xffff_ffff;

/** A zip archive, written independently of the library's own writer. */
export function zipBytes(members: readonly ZipRecipe[], archive: ArchiveRecipe = {}): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let position = 0;
  for (const member of members) {
    const packed = member.deflate ? deflateRawSync(member.data) : member.data;
    const local = localPart(member, packed);
    directory.push(directoryPart(member, { packed, position }));
    parts.push(local);
    position += local.length;
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  const end = endPart({ count: members.length, length, start: position }, archive);
  return Buffer.concat([archive.prefix ?? new Uint8Array(0), ...parts, ...directory, end]);
}

function localPart(member: ZipRecipe, packed: Uint8Array): Uint8Array {
  const name = Buffer.from(member.name);
  const crc = member.crc ?? crc32(member.data);
  const sizes = { packed: packed.length, full: member.data.length };
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(member.zip64 ? 45 : 20, 4);
  header.writeUInt16LE((member.descriptor ? 8 : 0) | (member.encrypted ? 1 : 0), 6);
  header.writeUInt16LE(member.method ?? (member.deflate ? 8 : 0), 8);
  if (!member.descriptor) {
    header.writeUInt32LE(crc, 14);
    header.writeUInt32LE(member.zip64 ? MAX : sizes.packed, 18);
    header.writeUInt32LE(member.zip64 ? MAX : sizes.full, 22);
  }
  header.writeUInt16LE(name.length, 26);
  const extra = member.zip64 ? zip64Extra([sizes.full, sizes.packed]) : Buffer.alloc(0);
  header.writeUInt16LE(extra.length, 28);
  const tail = Buffer.alloc(member.descriptor ? 16 : 0);
  if (member.descriptor) {
    tail.writeUInt32LE(0x08074b50, 0);
    tail.writeUInt32LE(crc, 4);
    tail.writeUInt32LE(sizes.packed, 8);
    tail.writeUInt32LE(sizes.full, 12);
  }
  return Buffer.concat([header, name, extra, packed, tail]);
}

function directoryPart(member: ZipRecipe, at: { packed: Uint8Array; position: number }): Uint8Array {
  const name = Buffer.from(member.name);
  const full = member.claimedSize ?? member.data.length;
  const extra = member.zip64 ? zip64Extra([full, at.packed.length, at.position]) : Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(member.zip64 ? 45 : 20, 6);
  header.writeUInt16LE((member.descriptor ? 8 : 0) | (member.encrypted ? 1 : 0), 8);
  header.writeUInt16LE(member.method ?? (member.deflate ? 8 : 0), 10);
  header.writeUInt32LE(member.crc ?? crc32(member.data), 16);
  header.writeUInt32LE(member.zip64 ? MAX : at.packed.length, 20);
  header.writeUInt32LE(member.zip64 ? MAX : full, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(member.zip64 ? MAX : at.position, 42);
  return Buffer.concat([header, name, extra]);
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [i, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
  return extra;
}

function endPart(directory: { count: number; length: number; start: number }, archive: ArchiveRecipe): Buffer {
  const comment = Buffer.from(archive.comment ?? '');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(archive.zip64End ? 0xffff : directory.count, 8);
  end.writeUInt16LE(archive.zip64End ? 0xffff : directory.count, 10);
  end.writeUInt32LE(archive.zip64End ? MAX : directory.length, 12);
  end.writeUInt32LE(archive.zip64End ? MAX : directory.start, 16);
  end.writeUInt16LE(comment.length, 20);
  if (!archive.zip64End) return Buffer.concat([end, comment]);
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(directory.count), 24);
  record.writeBigUInt64LE(BigInt(directory.count), 32);
  record.writeBigUInt64LE(BigInt(directory.length), 40);
  record.writeBigUInt64LE(BigInt(directory.start), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(directory.start + directory.length), 64);
  record.writeUInt32LE(1, 72);
  return Buffer.concat([record, end, comment]);
}
