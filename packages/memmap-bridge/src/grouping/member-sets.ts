/** Groups of image indices that were drawn so far, each as a set: the same members in another order are the same group. */
export class MemberSets {
  readonly #channels: number;
  readonly #members: Int32Array;
  readonly #slots: Int32Array;
  readonly #hashes: Int32Array;
  #count = 0;

  constructor(capacity: number, channels: number) {
    this.#channels = channels;
    this.#members = new Int32Array(capacity * channels);
    const slots = 2 ** Math.ceil(Math.log2(2 * capacity + 1));
    this.#slots = new Int32Array(slots).fill(-1);
    this.#hashes = new Int32Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  /** All groups so far, `[count, channels]`, in the order they were added. */
  members(): Int32Array {
    return this.#members.subarray(0, this.#count * this.#channels);
  }

  /** Adds a group; false where it is there already. */
  add(group: Int32Array): boolean {
    const hash = hashOf(group);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let found = this.#slots[slot] as number; found >= 0; found = this.#slots[slot] as number) {
      if (this.#hashes[found] === hash && this.#holds(found, group)) return false;
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = this.#count;
    this.#hashes[this.#count] = hash;
    this.#members.set(group, this.#count * this.#channels);
    this.#count++;
    return true;
  }

  #holds(index: number, group: Int32Array): boolean {
    const start = index * this.#channels;
    const members = this.#members.subarray(start, start + this.#channels);
    for (let k = 0; k < group.length; k++) if (!members.includes(group[k] as number)) return false;
    return true;
  }
}

/** Does not depend on the order of the members. */
function hashOf(group: Int32Array): number {
  let sum = 0;
  for (let k = 0; k < group.length; k++) {
    let h = Math.imul((group[k] as number) ^ 0x9e37_79b9, 0x85eb_ca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
    sum = (sum + (h ^ (h >>> 16))) | 0;
  }
  return Math.imul(sum ^ (sum >>> 15), 0x2c1b_3c6d);
}
