/** Numbers of one epoch. */
export interface SolveEpoch {
  /** 1-based. */
  readonly epoch: number;
  /** Mean over frames and pixels of (sqrt(model) - sqrt(counts))^2, measured as the epoch went. */
  readonly loss: number;
  /** The same sum as a share of all counts. */
  readonly relativeError: number;
  /** Relative error of the frames that are kept out; null when none are. */
  readonly heldOutError: number | null;
  /** Root mean square move of the positions in this epoch, pixels; null while they are not refined. */
  readonly positionMovePx: number | null;
  readonly seconds: number;
}

/** Why a reconstruction ended. */
export type SolveEnd = 'completed' | 'early-stop' | 'interrupted';

/** What a reconstruction tells while it works. */
export type SolveEvent =
  | {
      readonly type: 'start';
      readonly engine: string;
      readonly noiseModel: string;
      readonly epochs: number;
      readonly batchesPerEpoch: number;
      /** Frames that are reconstructed from, kept out, and left out because they are empty. */
      readonly frames: number;
      readonly heldOutFrames: number;
      readonly emptyFrames: number;
      readonly modes: number;
      /** `[H, W]` */
      readonly objectShape: readonly [number, number];
      /** Finished epochs that a checkpoint brought along; null for a fresh start. */
      readonly resumedFromEpoch: number | null;
    }
  /** Something the user should know though the run goes on. */
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'batch'; readonly epoch: number; readonly batch: number; readonly batchesPerEpoch: number; readonly loss: number }
  | ({
      readonly type: 'epoch' /** Lowest held-out error so far; the lowest loss where none are kept out. */;
      readonly best: boolean;
    } & SolveEpoch)
  | { readonly type: 'checkpoint'; readonly path: string; readonly epoch: number }
  | { readonly type: 'end'; readonly reason: SolveEnd };
