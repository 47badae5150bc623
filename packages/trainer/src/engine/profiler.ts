import * as tf from '@tensorflow/tfjs-core';

/** How often something happened and how long it took in all. */
export interface Timing {
  readonly name: string;
  readonly calls: number;
  readonly seconds: number;
}

/** Where the time went. */
export interface Profile {
  readonly seconds: number;
  /** Parts of the run, one after the other, in the order they first began: they add up to `seconds`. */
  readonly stages: readonly Timing[];
  /** Kernels of the engine within each stage, the longest first. The engine works synchronously, so that these are parts of the stages. */
  readonly kernels: readonly (Timing & { readonly stage: string })[];
}

interface Sum {
  calls: number;
  seconds: number;
}

const METHODS = ['executeSingleOutput', 'executeMultipleOutputs'] as const;
type Execute = (kernel: string, ...rest: readonly unknown[]) => unknown;
type Hooks = Partial<Record<(typeof METHODS)[number], Execute>>;

/**
 * Measures a run by stage, and by kernel from {@link Profiler.attach} on; costs about a microsecond per kernel. One at a time.
 *
 * Whatever happens between one {@link Profiler.enter} and the next counts for the stage entered, waiting included.
 */
export class Profiler {
  readonly #now: () => number;
  readonly #stages = new Map<string, Sum>();
  readonly #kernels = new Map<string, { readonly stage: string; readonly name: string; readonly sum: Sum }>();
  readonly #began: number;
  #stage: string;
  #since: number;
  #hooked: Hooks | undefined;

  /** @param options `now`: milliseconds that only go forward; `stage`: the first one */
  constructor(options: { readonly now?: () => number; readonly stage?: string } = {}) {
    this.#now = options.now ?? (() => performance.now());
    this.#began = this.#now();
    this.#since = this.#began;
    this.#stage = options.stage ?? 'start';
    this.#count(this.#stage);
  }

  /** Ends the stage under way and begins another; entering the one under way goes on with it. */
  enter(stage: string): void {
    this.#settle();
    if (stage === this.#stage) return;
    this.#stage = stage;
    this.#count(stage);
  }

  /** Measures every kernel of the active engine from here on, until {@link Profiler.detach}. */
  attach(): void {
    if (this.#hooked !== undefined) return;
    const backend = tf.backend() as unknown as Hooks;
    for (const method of METHODS) {
      const original = backend[method];
      if (original !== undefined) backend[method] = this.#timed(original.bind(backend));
    }
    this.#hooked = backend;
  }

  /** Leaves the engine as it was. */
  detach(): void {
    // The methods are of the engine's class: without the measuring ones on top, those are what is called again.
    for (const method of METHODS) delete this.#hooked?.[method];
    this.#hooked = undefined;
  }

  /** What was measured so far. */
  report(): Profile {
    this.#settle();
    return {
      seconds: (this.#since - this.#began) / 1e3,
      stages: [...this.#stages].map(([name, sum]) => ({ name, ...sum })),
      kernels: [...this.#kernels.values()]
        .map(({ stage, name, sum }) => ({ stage, name, ...sum }))
        .sort((a, b) => b.seconds - a.seconds || a.name.localeCompare(b.name)),
    };
  }

  #timed(original: Execute): Execute {
    return (kernel, ...rest) => {
      const begun = this.#now();
      try {
        return original(kernel, ...rest);
      } finally {
        const key = `${this.#stage}/${kernel}`;
        const entry = this.#kernels.get(key) ?? { stage: this.#stage, name: kernel, sum: { calls: 0, seconds: 0 } };
        this.#kernels.set(key, entry);
        entry.sum.calls += 1;
        entry.sum.seconds += (this.#now() - begun) / 1e3;
      }
    };
  }

  #settle(): void {
    const now = this.#now();
    this.#sumOf(this.#stage).seconds += (now - this.#since) / 1e3;
    this.#since = now;
  }

  #count(stage: string): void {
    this.#sumOf(stage).calls += 1;
  }

  #sumOf(stage: string): Sum {
    const sum = this.#stages.get(stage) ?? { calls: 0, seconds: 0 };
    this.#stages.set(stage, sum);
    return sum;
  }
}
