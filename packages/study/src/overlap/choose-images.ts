import { Random, type StudyDesign, type StudyView } from '@ptychokit/config';
import type { RawData } from '@ptychokit/memmap-bridge';
import type { Split } from '../study-layout.js';
import { selectBySpacing, spacingBound } from './select-by-spacing.js';

/** Share of the images below which the programs of the family reject a view; here it is recorded and nothing is rejected. */
const FAMILY_ACCEPTANCE = 0.1;

/** Images of one split that make a view. */
export interface ChosenImages {
  /** Frame indices, ascending. */
  readonly images: Int32Array;
  /** S = (1 - overlap) * N; null where all positions are kept. */
  readonly spacingPx: number | null;
  /** Images that the spacing left, before the draw of `s_img`. */
  readonly selectedCount: number;
  /** Largest share that any selection with this spacing can keep; null where all are kept. */
  readonly acceptanceBound: number | null;
  /** The smaller of that and the acceptance below which the family rejects. */
  readonly effectiveMinAcceptance: number | null;
}

/** What decides which images are chosen. */
export interface ChoiceRequest {
  readonly view: StudyView;
  readonly split: Split;
  readonly seeds: StudyDesign['seeds'];
}

/** Selects by spacing, then draws `s_img` of the selection if the view says so. Equal positions give equal images, whatever the dose. */
export function chooseImages(raw: Pick<RawData, 'xcoords' | 'ycoords' | 'scanIndex' | 'frameSize'>, request: ChoiceRequest): ChosenImages {
  const { view, split, seeds } = request;
  const random = new Random(seeds.subsampling, 'view', view.name, split);
  const spacingPx = view.overlap === null ? null : (1 - view.overlap) * raw.frameSize;
  const selected = selectBySpacing(raw, { spacing: spacingPx ?? 0, random: random.stream('spacing') });
  const bound = spacingPx === null ? null : acceptanceBound(raw, spacingPx);
  return {
    images: view.sImg === null || view.sImg >= selected.length ? selected : draw(selected, view.sImg, random.stream('images')),
    spacingPx,
    selectedCount: selected.length,
    acceptanceBound: bound,
    effectiveMinAcceptance: bound === null ? null : Math.min(FAMILY_ACCEPTANCE, bound),
  };
}

function draw(images: Int32Array, size: number, random: Random): Int32Array {
  return random
    .choose(images.length, size)
    .map((k) => images[k] as number)
    .sort();
}

function acceptanceBound({ xcoords, ycoords, scanIndex }: Pick<RawData, 'xcoords' | 'ycoords' | 'scanIndex'>, spacing: number): number {
  const scans = new Map<number, number[]>();
  scanIndex.forEach((scan, i) => {
    const members = scans.get(scan) ?? [];
    if (members.length === 0) scans.set(scan, members);
    members.push(i);
  });
  let most = 0;
  for (const members of scans.values()) {
    const area = { width: extent(xcoords, members), height: extent(ycoords, members) };
    most += Math.min(members.length, Math.floor(spacingBound(area, spacing)));
  }
  return most / xcoords.length;
}

function extent(values: Float64Array, members: readonly number[]): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const i of members) {
    low = Math.min(low, values[i] as number);
    high = Math.max(high, values[i] as number);
  }
  return high - low;
}
