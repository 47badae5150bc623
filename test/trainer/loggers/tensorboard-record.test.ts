import { expect, it } from 'vitest';
import { encodeEvent } from '../../../packages/trainer/src/loggers/tensorboard-record.js';
import { crc32c, parseTensorBoard, unmask } from './tensorboard-file.js';

const encode = (...events: Parameters<typeof encodeEvent>[0][]): Buffer => Buffer.concat(events.map((event) => encodeEvent(event)));

it('The checksum of the reader is CRC-32C', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa); // RFC 3720, B.4
});

it('Checksums are masked as in the files of TensorFlow, which all begin with a length of 24 and a37f4b22', () => {
  expect(unmask(Buffer.from('a37f4b22', 'hex').readUInt32LE())).toBe(crc32c(Buffer.from('1800000000000000', 'hex')));
});

it('The record that opens a file holds time, step and file version', () => {
  const bytes = encode({ wallTimeSeconds: 1.5, step: 0, scalars: null });
  expect(bytes.subarray(0, 8).toString('hex')).toBe('1a00000000000000');
  // field 1, double 1.5; field 2, varint 0; field 3, 13 bytes: brain.Event:2
  expect(bytes.subarray(12, -4).toString('hex')).toBe('09000000000000f83f10001a0d627261696e2e4576656e743a32');
});

it('Scalars come back with their step, time and names', () => {
  const events = [
    { wallTimeSeconds: 1.7e9 + 0.25, step: 0, scalars: null },
    { wallTimeSeconds: 1.7e9 + 1, step: 1, scalars: { train_loss: 0.5, epoch: 3 } },
    { wallTimeSeconds: 1.7e9 + 2, step: 127, scalars: { val_loss: -1e-30 } },
    { wallTimeSeconds: 1.7e9 + 3, step: 128, scalars: { a: Number.NaN } },
    { wallTimeSeconds: 1.7e9 + 4, step: 2 ** 40 + 5, scalars: {} },
  ];
  const parsed = parseTensorBoard(encode(...events));
  expect(parsed.map(({ wallTime }) => wallTime)).toEqual(events.map(({ wallTimeSeconds }) => wallTimeSeconds));
  expect(parsed.map(({ step }) => step)).toEqual(events.map(({ step }) => step));
  expect(parsed[0]?.fileVersion).toBe('brain.Event:2');
  expect(parsed[1]?.scalars).toEqual({ train_loss: 0.5, epoch: 3 });
  expect(parsed[2]?.scalars).toEqual({ val_loss: Math.fround(-1e-30) });
  expect(parsed[3]?.scalars).toEqual({ a: Number.NaN });
  expect(parsed[4]?.scalars).toEqual({});
});

it('A name longer than 127 bytes and one with an umlaut come back', () => {
  const scalars = { ['x'.repeat(300)]: 1, Übergröße: 2 };
  expect(parseTensorBoard(encode({ wallTimeSeconds: 1, step: 1, scalars }))[0]?.scalars).toEqual(scalars);
});

it.each([3, 9, 20, 37])('A flipped bit in byte %i does not pass the checksums', (byte) => {
  const bytes = encode({ wallTimeSeconds: 1, step: 1, scalars: { loss: 1 } });
  bytes[byte] = (bytes[byte] as number) ^ 1;
  expect(() => parseTensorBoard(bytes)).toThrow();
});
