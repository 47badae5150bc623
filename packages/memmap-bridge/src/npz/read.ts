import { DataFile } from '../data-file.js';
import { MemberMissingError, NpyFormatError, ZipFormatError } from '../errors.js';
import { NPY_HEADER_GUESS, type NpyHeader, npyHeaderLength, parseNpyHeader } from '../npy/header.js';
import { decodeOwned, type NpyArray, readNpy } from '../npy/read.js';
import { readMember } from './member-read.js';
import { locateMember, memberPrefix } from './member-stream.js';
import { readZipDirectory, type ZipEntry } from './zip-directory.js';

const SUFFIX = '.npy';
/** Largest member that is read into memory as a whole. */
const LARGEST_MEMBER = 2 ** 30;
/** Smaller members are decoded by npyjs, from a buffer with header and data; of larger ones the data are read once, to where they stay. */
const SMALL_MEMBER = 1 << 20;
/** No writer puts anything behind an array; a member that is much longer than its array is damaged, or a bomb. */
const LONGEST_TAIL = 4096;

/**
 * An NPZ archive open for reading. Opening costs the directory; members are read when asked for.
 *
 * Names are the keys numpy shows (`diffraction`, not `diffraction.npy`); members that are no `.npy` keep their full name.
 */
export class NpzFile {
  readonly path: string;
  readonly file: DataFile;
  readonly #entries: ReadonlyMap<string, ZipEntry>;

  private constructor(file: DataFile, entries: ReadonlyMap<string, ZipEntry>) {
    this.path = file.path;
    this.file = file;
    this.#entries = entries;
  }

  /**
   * @throws DataFileError a path that cannot be read
   * @throws ZipFormatError a file that is no zip archive, or a damaged one
   */
  static async open(path: string): Promise<NpzFile> {
    const file = await DataFile.open(path);
    try {
      const directory = await readZipDirectory(file);
      const keyed = [...directory.values()].map((entry) => [memberKey(entry.name), entry] as const);
      return new NpzFile(file, new Map(keyed));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Keys of all members, in the order of the archive. */
  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** True when the archive holds an array of this name. */
  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** @throws MemberMissingError */
  entry(name: string): ZipEntry {
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      throw new MemberMissingError(`The archive has no member '${name}'`, {
        member: name,
        where: this.path,
        fix: `it has: ${this.names.join(', ')}`,
      });
    }
    return entry;
  }

  /**
   * Header of a member, without reading its data.
   *
   * @throws NpyFormatError a member that is no readable array
   * @throws PickledArrayError a member of dtype `O`
   */
  async header(name: string): Promise<NpyHeader> {
    const entry = this.entry(name);
    const where = this.where(name);
    let bytes = await memberPrefix(this.file, entry, { length: NPY_HEADER_GUESS });
    const length = npyHeaderLength(bytes, where);
    if (length > bytes.length) bytes = await memberPrefix(this.file, entry, { length });
    const header = parseNpyHeader(bytes, where);
    if (header.dataOffset + header.dataLength > entry.size) {
      throw new NpyFormatError(`The array is cut short: ${entry.size - header.dataOffset} of ${header.dataLength} bytes of data`, {
        where,
      });
    }
    if (entry.size - header.dataOffset - header.dataLength > LONGEST_TAIL) {
      const found = `${entry.size - header.dataOffset} bytes where the header says ${header.dataLength}`;
      throw new NpyFormatError(`The member is longer than its array: ${found}`, { where });
    }
    return header;
  }

  /**
   * A whole member, its checksum verified. For small members; frame stacks are read by position.
   *
   * @throws NpyFormatError a member that is no readable array
   * @throws ZipFormatError a damaged member, or one too large for memory
   */
  async read(name: string): Promise<NpyArray> {
    const entry = this.entry(name);
    await locateMember(this.file, entry);
    if (entry.size > LARGEST_MEMBER) {
      throw new ZipFormatError(`Member ${entry.name} (${entry.size} bytes) is too large to be read as a whole`, { where: this.path });
    }
    if (entry.size <= SMALL_MEMBER) {
      const bytes = new Uint8Array(entry.size);
      await readMember(this.file, entry, { skip: 0, into: bytes });
      return readNpy(bytes, this.where(name));
    }
    const header = await this.header(name);
    const data = new Uint8Array(header.dataLength);
    await readMember(this.file, entry, { skip: header.dataOffset, into: data });
    return decodeOwned(header, data);
  }

  /** Name of a member for messages: `scan.npz#diffraction`. */
  where(name: string): string {
    return `${this.path}#${name}`;
  }

  /** Closes the file; members that were opened can no longer be read. */
  close(): Promise<void> {
    return this.file.close();
  }

  /** Closes it at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function memberKey(name: string): string {
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name;
}
