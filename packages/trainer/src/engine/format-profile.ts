import type { Profile, Timing } from './profiler.js';

/** Kernels with less than this part of the time are summed up in one line. */
const SMALLEST_SHARE = 0.005;

/** Two tables for a person: time per stage, and time per kernel within its stage. */
export function formatProfile({ seconds, stages, kernels }: Profile): string {
  const share = (part: number): string => `${((100 * part) / Math.max(seconds, Number.MIN_VALUE)).toFixed(1)} %`.padStart(7);
  const row = (name: string, { calls, seconds: part }: Omit<Timing, 'name'>): string =>
    `${name.padEnd(40)} ${part.toFixed(3).padStart(9)} s ${share(part)} ${String(calls).padStart(8)} x\n`;
  const inKernels = total(kernels);
  const small = kernels.filter((kernel) => kernel.seconds < SMALLEST_SHARE * seconds);
  const rows = kernels.filter((kernel) => !small.includes(kernel)).map((kernel) => row(`${kernel.stage}: ${kernel.name}`, kernel));
  return [
    `time per stage, ${seconds.toFixed(3)} s in all\n`,
    ...stages.map((stage) => row(stage.name, stage)),
    `time per kernel of the engine, ${inKernels.seconds.toFixed(3)} s in all\n`,
    ...rows,
    ...(small.length > 0 ? [row(`${small.length} smaller ones`, total(small))] : []),
  ].join('');
}

const total = (timings: readonly Timing[]): Omit<Timing, 'name'> => ({
  calls: timings.reduce((sum, { calls }) => sum + calls, 0),
  seconds: timings.reduce((sum, timing) => sum + timing.seconds, 0),
});
