import type { RawData } from '../raw-data.js';
import { type FamilyDict, type FamilyDictOptions, toFamilyDict } from './family-dict.js';

/**
 * Frames in groups of neighbours: a view, frames are gathered when they are needed.
 *
 * A member's offset is its position minus the centre of its group, the mean of the members' positions.
 */
export class GroupedData {
  readonly raw: RawData;
  readonly groupCount: number;
  /** Members of a group (C). */
  readonly channels: number;
  /** Frame indices, `[groups, C]`: the seed of each group first, or the corner at the top left of each block. */
  readonly members: Int32Array;
  /** x and y of each centre in object pixels, `[groups, 2]`. */
  readonly centres: Float64Array;
  /** x and y of each member minus its centre, `[groups, C, 2]`. */
  readonly offsets: Float64Array;

  /** Use {@link RawData.group} or `groupsFromMembers`, which check what they are given. */
  constructor(raw: RawData, groups: { readonly members: Int32Array; readonly channels: number }) {
    const { members, channels } = groups;
    this.raw = raw;
    this.members = members;
    this.channels = channels;
    this.groupCount = members.length / channels;
    this.centres = new Float64Array(2 * this.groupCount);
    this.offsets = new Float64Array(2 * members.length);
    for (let g = 0; g < this.groupCount; g++) this.#place(g);
  }

  /**
   * The groups under the keys and signs of the PtychoPINN family, frames in memory: for exchange and comparison, not for training.
   *
   * @param options `groups`: which ones; default all
   */
  toFamilyDict(options: FamilyDictOptions = {}): Promise<FamilyDict> {
    return toFamilyDict(this, options);
  }

  #place(group: number): void {
    const { xcoords, ycoords } = this.raw;
    const first = group * this.channels;
    let x = 0;
    let y = 0;
    for (let k = first; k < first + this.channels; k++) {
      x += xcoords[this.members[k] as number] as number;
      y += ycoords[this.members[k] as number] as number;
    }
    x /= this.channels;
    y /= this.channels;
    this.centres[2 * group] = x;
    this.centres[2 * group + 1] = y;
    for (let k = first; k < first + this.channels; k++) {
      this.offsets[2 * k] = (xcoords[this.members[k] as number] as number) - x;
      this.offsets[2 * k + 1] = (ycoords[this.members[k] as number] as number) - y;
    }
  }
}
