import { join } from 'node:path';

/** The two halves of a scan. */
export const SPLITS = ['train', 'test'] as const;
/** A part of a scan. */
export type Split = (typeof SPLITS)[number];

/** Name of the directory of a dose: `dose_1000`, `dose_0.5`. */
export const doseDirName = (dose: number): string => `dose_${dose}`;

/** The dose of a directory of that name; undefined for any other name. */
export function doseOfDirName(name: string): number | undefined {
  const dose = Number(/^dose_(.+)$/.exec(name)?.[1] ?? Number.NaN);
  return dose > 0 && doseDirName(dose) === name ? dose : undefined;
}

/** How a dose is called in lines of output: `1e+03`. */
export function doseLabel(dose: number): string {
  const [mantissa = '', exponent = '0'] = dose.toExponential().split('e');
  const power = Math.abs(Number(exponent));
  return `${mantissa}e${exponent.startsWith('-') ? '-' : '+'}${String(power).padStart(2, '0')}`;
}

/** Files of phase C of one dose. */
export interface DosePaths {
  readonly dir: string;
  readonly simulatedRaw: string;
  readonly canonical: string;
  readonly patched: string;
  readonly patchedTrain: string;
  readonly patchedTest: string;
}

/** Where phase C keeps a dose. */
export function dosePaths(root: string, dose: number): DosePaths {
  const dir = join(root, doseDirName(dose));
  return {
    dir,
    simulatedRaw: join(dir, 'simulated_raw.npz'),
    canonical: join(dir, 'canonical.npz'),
    patched: join(dir, 'patched.npz'),
    patchedTrain: join(dir, 'patched_train.npz'),
    patchedTest: join(dir, 'patched_test.npz'),
  };
}

/** A view of a dose. */
export interface ViewPlace {
  readonly dose: number;
  readonly view: string;
}

/** Files of phase D of one view of one dose. */
export interface ViewPaths {
  readonly dir: string;
  readonly data: Readonly<Record<Split, string>>;
  readonly metrics: Readonly<Record<Split, string>>;
}

/** Where phase D keeps a view. */
export function viewPaths(root: string, { dose, view }: ViewPlace): ViewPaths {
  const dir = join(root, doseDirName(dose), view);
  const file = (split: Split, rest: string): string => join(dir, `${view}_${split}${rest}`);
  return {
    dir,
    data: { train: file('train', '.npz'), test: file('test', '.npz') },
    metrics: { train: file('train', '_metrics.json'), test: file('test', '_metrics.json') },
  };
}

/** Files of one training job of phase E. */
export interface TrainingPaths {
  readonly dir: string;
  readonly log: string;
  readonly checkpoints: string;
}

/** Where phase E keeps a training job; a supervised network stands beside the physics-informed one. */
export function trainingPaths(
  root: string,
  { dose, view, gridsize, model = 'pinn' }: ViewPlace & { readonly gridsize: number; readonly model?: string | undefined },
): TrainingPaths {
  const dir = join(root, doseDirName(dose), view, `gs${gridsize}${model === 'pinn' ? '' : `_${model}`}`);
  return { dir, log: join(dir, 'train.log'), checkpoints: join(dir, 'checkpoints') };
}

/** A split of a view of a dose. */
/** A part of a scan. */
export interface SplitPlace extends ViewPlace {
  readonly split: Split;
}

/** Where phases F and G keep a split of a view. */
export const splitDir = (root: string, { dose, view, split }: SplitPlace): string => join(root, doseDirName(dose), view, split);
