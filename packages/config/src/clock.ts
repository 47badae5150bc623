/** Wall-clock time, so that what is stamped with it can be tested. */
export interface Clock {
  /** The time of day. */
  now(): Date;
}

/** The clock of the machine. */
export const systemClock: Clock = { now: () => new Date() };
