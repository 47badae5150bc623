import type { Clock } from '@ptychokit/config';

/** Measures how long the parts of a run take. */
export interface StageTimer {
  /** Does one part; the time of parts of the same name adds up. */
  time<T>(stage: string, work: () => Promise<T>): Promise<T>;
  /** Seconds per part, in the order they began, rounded to milliseconds. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** A timer on a clock. */
export function createStageTimer(clock: Clock): StageTimer {
  const seconds: Record<string, number> = {};
  return {
    seconds,
    async time(stage, work) {
      const start = clock.now().getTime();
      seconds[stage] ??= 0;
      try {
        return await work();
      } finally {
        seconds[stage] = Math.round(1000 * seconds[stage] + clock.now().getTime() - start) / 1000;
      }
    },
  };
}
