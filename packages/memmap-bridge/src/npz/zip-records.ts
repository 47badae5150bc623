/** One member, as the writer knows it when it is complete. */
export interface WrittenEntry {
  readonly name: string;
  readonly method: 0 | 8;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly headerOffset: number;
  /** True where the local header has room for 64-bit sizes. */
  readonly wide: boolean;
}

const LIMIT_32 = 0xffff_ffff;
const LIMIT_16 = 0xffff;
/** 1 January 1980: the earliest a zip can say, and the same for every archive, so that equal content gives equal bytes. */
const DOS_DATE = 0x0021;
const UTF8_NAMES = 0x0800;

/** The header in front of a member's data. Its length depends on the name and on `wide` only, so it can be written again later. */
export function localHeader(entry: WrittenEntry): Uint8Array {
  const name = new TextEncoder().encode(entry.name);
  const extra = entry.wide ? 20 : 0;
  const view = new DataView(new ArrayBuffer(30 + name.length + extra));
  view.setUint32(0, 0x0403_4b50, true);
  setCommon(view, 4, entry);
  view.setUint32(18, entry.wide ? LIMIT_32 : entry.compressedSize, true);
  view.setUint32(22, entry.wide ? LIMIT_32 : entry.size, true);
  view.setUint16(26, name.length, true);
  view.setUint16(28, extra, true);
  new Uint8Array(view.buffer).set(name, 30);
  if (entry.wide) setZip64(view, 30 + name.length, [entry.size, entry.compressedSize]);
  return new Uint8Array(view.buffer);
}

/** The central directory and the records that end an archive. */
export function centralDirectory(entries: readonly WrittenEntry[], start: number): Uint8Array {
  const records = entries.map(directoryEntry);
  const length = records.reduce((sum, record) => sum + record.length, 0);
  const large = entries.length >= LIMIT_16 || start >= LIMIT_32 || length >= LIMIT_32;
  if (large) records.push(zip64End({ count: entries.length, length, start }));
  const view = new DataView(new ArrayBuffer(22));
  view.setUint32(0, 0x0605_4b50, true);
  view.setUint16(8, Math.min(entries.length, LIMIT_16), true);
  view.setUint16(10, Math.min(entries.length, LIMIT_16), true);
  view.setUint32(12, Math.min(length, LIMIT_32), true);
  view.setUint32(16, Math.min(start, LIMIT_32), true);
  return Buffer.concat([...records, new Uint8Array(view.buffer)]);
}

function directoryEntry(entry: WrittenEntry): Uint8Array {
  const name = new TextEncoder().encode(entry.name);
  const { compressedSize, size, headerOffset } = entry;
  const wide = [size, compressedSize, headerOffset].filter((value) => value >= LIMIT_32);
  const extra = wide.length > 0 ? 4 + 8 * wide.length : 0;
  const view = new DataView(new ArrayBuffer(46 + name.length + extra));
  view.setUint32(0, 0x0201_4b50, true);
  view.setUint16(4, versionOf(entry), true);
  setCommon(view, 6, entry);
  view.setUint32(20, Math.min(compressedSize, LIMIT_32), true);
  view.setUint32(24, Math.min(size, LIMIT_32), true);
  view.setUint16(28, name.length, true);
  view.setUint16(30, extra, true);
  view.setUint32(42, Math.min(headerOffset, LIMIT_32), true);
  new Uint8Array(view.buffer).set(name, 46);
  if (extra > 0) setZip64(view, 46 + name.length, wide);
  return new Uint8Array(view.buffer);
}

/** Version needed, flags, method, time, date and checksum, which both headers share. */
function setCommon(view: DataView, at: number, entry: WrittenEntry): void {
  view.setUint16(at, versionOf(entry), true);
  view.setUint16(at + 2, UTF8_NAMES, true);
  view.setUint16(at + 4, entry.method, true);
  view.setUint16(at + 8, DOS_DATE, true);
  view.setUint32(at + 10, entry.crc32, true);
}

function versionOf(entry: WrittenEntry): number {
  return entry.wide || entry.headerOffset >= LIMIT_32 ? 45 : 20;
}

function setZip64(view: DataView, at: number, values: readonly number[]): void {
  view.setUint16(at, 1, true);
  view.setUint16(at + 2, 8 * values.length, true);
  values.forEach((value, i) => {
    view.setBigUint64(at + 4 + 8 * i, BigInt(value), true);
  });
}

function zip64End(directory: { count: number; length: number; start: number }): Uint8Array {
  const view = new DataView(new ArrayBuffer(76));
  view.setUint32(0, 0x0606_4b50, true);
  view.setBigUint64(4, 44n, true);
  view.setUint16(12, 45, true);
  view.setUint16(14, 45, true);
  view.setBigUint64(24, BigInt(directory.count), true);
  view.setBigUint64(32, BigInt(directory.count), true);
  view.setBigUint64(40, BigInt(directory.length), true);
  view.setBigUint64(48, BigInt(directory.start), true);
  view.setUint32(56, 0x0706_4b50, true);
  view.setBigUint64(64, BigInt(directory.start + directory.length), true);
  view.setUint32(72, 1, true);
  return new Uint8Array(view.buffer);
}
