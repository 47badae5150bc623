/** Records that follow each other in a file, read at once. */
export interface GatherRun {
  /** Record the run starts with. */
  readonly record: number;
  /** Places in the caller's buffer, in records, one per record of the run. */
  readonly places: readonly number[];
}

/** What to read for a gather, and what to copy afterwards. */
export interface GatherPlan {
  readonly runs: readonly GatherRun[];
  /** Records that are asked for more than once are read once: (from, to) in places of the buffer. */
  readonly copies: readonly (readonly [from: number, to: number])[];
}

/** More views than this are not given to one call of the system. */
const LONGEST_RUN = 512;

/**
 * Plans a gather: neighbours in the file are one read wherever they go to, and nothing is read twice.
 *
 * @param longest records in one run at most
 */
export function planGather(indices: ArrayLike<number>, longest: number = LONGEST_RUN): GatherPlan {
  const runs: { record: number; places: number[] }[] = [];
  const copies: [number, number][] = [];
  let run: { record: number; places: number[] } | undefined;
  let previous = -1;
  for (const place of placesByRecord(indices)) {
    const record = indices[place] as number;
    if (run !== undefined && record === previous) {
      copies.push([run.places.at(-1) as number, place]);
    } else if (run !== undefined && record === previous + 1 && run.places.length < longest) {
      run.places.push(place);
    } else {
      run = { record, places: [place] };
      runs.push(run);
    }
    previous = record;
  }
  return { runs, copies };
}

/** Places in the order of their records, and of the places where the record is the same. */
function placesByRecord(indices: ArrayLike<number>): Uint32Array {
  const places = Uint32Array.from(indices, (_, place) => place);
  for (let k = 1; k < places.length; k++) {
    if ((indices[k] as number) < (indices[k - 1] as number)) {
      return places.sort((a, b) => (indices[a] as number) - (indices[b] as number) || a - b);
    }
  }
  return places;
}

/** End of the run of consecutive indices that starts at `first`. */
export function runEnd(indices: ArrayLike<number>, first: number): number {
  let end = first + 1;
  while (end < indices.length && indices[end] === (indices[end - 1] as number) + 1) end++;
  return end;
}
