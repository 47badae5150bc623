import { EXIT } from './exit-code.js';

/** Where signals come from; the process, or a test. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
}

/** An abort signal driven by Ctrl-C and SIGTERM. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Lets go at the end of a `using` block. */
  [Symbol.dispose](): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The first signal asks the work to stop at the next safe place; the second one ends the process at once. */
export function interruptible(
  notify: (text: string) => void,
  { source = process, exit = (code) => process.exit(code) }: { source?: SignalSource; exit?: (code: number) => void } = {},
): Interruption {
  const controller = new AbortController();
  const listener = (): void => {
    if (controller.signal.aborted) {
      exit(EXIT.interrupted);
      return;
    }
    controller.abort();
    notify('stopping after this step to write a checkpoint; press Ctrl-C again to stop at once\n');
  };
  for (const signal of SIGNALS) source.on(signal, listener);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const signal of SIGNALS) source.off(signal, listener);
    },
  };
}
