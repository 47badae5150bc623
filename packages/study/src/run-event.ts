import type { SolveEvent } from '@ptychokit/iterative';
import type { TrainEvent } from '@ptychokit/trainer';

/** What a run reports while it works. */
export type RunEvent =
  /** A phase of a study begins, the `index`-th of `count` from 0. */
  | { readonly type: 'phase'; readonly letter: string; readonly title: string; readonly index: number; readonly count: number }
  /** A new part of the work begins; a short phrase such as `"training"`. */
  | { readonly type: 'stage'; readonly stage: string; readonly detail?: string }
  | { readonly type: 'train'; readonly event: TrainEvent }
  | { readonly type: 'solve'; readonly event: SolveEvent }
  /** Countable work other than training. */
  | { readonly type: 'count'; readonly label: string; readonly done: number; readonly total: number }
  /** Something the user should know though the run goes on. */
  | { readonly type: 'note'; readonly text: string }
  /** One of many jobs changed its state; `detail` says where it runs, or why it failed. */
  | { readonly type: 'job'; readonly label: string; readonly state: JobState; readonly detail?: string }
  /** Something that one of many jobs reports. */
  | { readonly type: 'job-event'; readonly label: string; readonly event: RunEvent };

/** Where one of many jobs stands; `kept` was finished before. */
export type JobState = 'waiting' | 'running' | 'completed' | 'failed' | 'kept';

/** Receives the events of a run, in order. */
export type RunObserver = (event: RunEvent) => void;
