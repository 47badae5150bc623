/** One record of a TensorBoard event file: scalars at a step, or the file version that opens the file (`scalars` null). */
export interface TensorBoardEvent {
  readonly wallTimeSeconds: number;
  readonly step: number;
  readonly scalars: Readonly<Record<string, number>> | null;
}

/**
 * A TFRecord with an `Event` message: length, its masked CRC-32C, the message in protocol-buffer encoding, its masked CRC-32C
 * (tensorflow/core/lib/io/record_writer, tensorflow/core/util/event.proto).
 */
export function encodeEvent({ wallTimeSeconds, step, scalars }: TensorBoardEvent): Uint8Array {
  const time = Buffer.alloc(8);
  time.writeDoubleLE(wallTimeSeconds);
  const what =
    scalars === null
      ? lengthDelimited(3, Buffer.from('brain.Event:2')) // file_version
      : lengthDelimited(5, Buffer.concat(Object.entries(scalars).map(([tag, value]) => lengthDelimited(1, summaryValue(tag, value)))));
  return toRecord(Buffer.concat([Buffer.from([(1 << 3) | 1]), time, Buffer.from([2 << 3]), varint(step), what]));
}

function summaryValue(tag: string, value: number): Buffer {
  const simple = Buffer.alloc(5);
  simple[0] = (2 << 3) | 5; // simple_value, 32 bits
  simple.writeFloatLE(value, 1);
  return Buffer.concat([lengthDelimited(1, Buffer.from(tag)), simple]);
}

function lengthDelimited(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2]), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}

function toRecord(message: Buffer): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(message.length));
  return Buffer.concat([length, maskedCrc(length), message, maskedCrc(message)]);
}

function maskedCrc(bytes: Uint8Array): Buffer {
  const crc = crc32c(bytes);
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(masked);
  return buffer;
}

/** CRC-32C (Castagnoli), bit by bit: the records are tens of bytes. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
