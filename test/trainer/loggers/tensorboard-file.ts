/** One event of a TensorBoard file. */
export interface ParsedEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly fileVersion?: string;
  readonly scalars?: Readonly<Record<string, number>>;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  return c >>> 0;
});

/** CRC-32C by table. */
export const crc32c = (bytes: Uint8Array): number =>
  (bytes.reduce((crc, byte) => (TABLE[(crc ^ byte) & 255] as number) ^ (crc >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

/** The checksum as it stands in a file, rotated back. */
export const unmask = (masked: number): number => {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
};

/** Reads a file of records; throws where a length or a checksum is wrong. */
export function parseTensorBoard(file: Buffer): ParsedEvent[] {
  const events: ParsedEvent[] = [];
  let at = 0;
  while (at < file.length) {
    const length = Number(file.readBigUInt64LE(at));
    assertCrc(file.subarray(at, at + 8), file.readUInt32LE(at + 8));
    const message = file.subarray(at + 12, at + 12 + length);
    assertCrc(message, file.readUInt32LE(at + 12 + length));
    events.push(parseEvent(message));
    at += 16 + length;
  }
  return events;
}

function assertCrc(bytes: Uint8Array, masked: number): void {
  if (crc32c(bytes) !== unmask(masked)) throw new Error(`expected the checksum ${crc32c(bytes)}, got ${unmask(masked)}`);
}

type Field = { readonly number: number; readonly value: number | Buffer };

/** Fields of a protocol-buffer message. */
function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let [value, shift] = [0, 1];
    for (;;) {
      const byte = message[at++] as number;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
      shift *= 128;
    }
  };
  const bytes = (count: number): Buffer => {
    at += count;
    return message.subarray(at - count, at);
  };
  const readers: Readonly<Record<number, () => number | Buffer>> = {
    0: varint,
    1: () => bytes(8).readDoubleLE(),
    2: () => bytes(varint()),
    5: () => bytes(4).readFloatLE(),
  };
  while (at < message.length) {
    const key = varint();
    const read = readers[key & 7];
    if (read === undefined) throw new Error(`expected a wire type, got ${key & 7}`);
    fields.push({ number: key >> 3, value: read() });
  }
  return fields;
}

function parseEvent(message: Buffer): ParsedEvent {
  const fields = fieldsOf(message);
  const get = (number: number): Field['value'] | undefined => fields.find((field) => field.number === number)?.value;
  const [version, summary] = [get(3), get(5)];
  return {
    wallTime: get(1) as number,
    step: (get(2) ?? 0) as number,
    ...(version === undefined ? {} : { fileVersion: version.toString() }),
    ...(summary === undefined
      ? {}
      : { scalars: Object.fromEntries(fieldsOf(summary as Buffer).map(({ value }) => scalarOf(value as Buffer))) }),
  };
}

function scalarOf(value: Buffer): [string, number] {
  const fields = fieldsOf(value);
  return [String(fields.find(({ number }) => number === 1)?.value), fields.find(({ number }) => number === 2)?.value as number];
}
