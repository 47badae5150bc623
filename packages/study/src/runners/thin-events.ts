import type { RunEvent, RunObserver } from '../run-event.js';

/** Lets steps and counts pass only so often: they come many times a second, and nobody reads them that fast. */
export function thinEvents(observer: RunObserver, { interval_ms }: { readonly interval_ms: number }): RunObserver {
  let last_ms = Number.NEGATIVE_INFINITY;
  return (event: RunEvent) => {
    const isStep = (event.type === 'train' && event.event.type === 'step') || event.type === 'count';
    const now_ms = performance.now();
    if (isStep && now_ms - last_ms < interval_ms) return;
    if (isStep) last_ms = now_ms;
    observer(event);
  };
}
