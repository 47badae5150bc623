import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NpyArray, NpyValue } from '@ptychokit/memmap-bridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess } from '../support/run-cli.js';
import { writeTinyScan } from '../support/tiny-scan.js';

type Arrays = Record<string, NpyValue>;
type Numbers = NpyArray & { readonly data: Float32Array };

let dir = '';
let good = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ptychokit-bad-'));
  good = await writeTinyScan(join(dir, 'good.npz'));
});
afterAll(() => rm(dir, { recursive: true }));

/** A copy of an array with one element changed. */
function poke(value: NpyValue | undefined, at: number, number: number): NpyValue {
  const array = value as Numbers;
  const data = array.data.slice();
  data[at] = number;
  return { ...array, data };
}

const without = (arrays: Arrays, ...names: string[]): Arrays =>
  Object.fromEntries(Object.entries(arrays).filter(([name]) => !names.includes(name)));

const counts = ({ diffraction, ...rest }: Arrays): Arrays => {
  const { shape, data } = diffraction as Numbers;
  return { ...rest, diffraction: { type: 'uint16', shape, data: Uint16Array.from(data, (value) => value * 100) } };
};

const cropped = (arrays: Arrays): Arrays => {
  const N = 48;
  const { shape } = arrays.diffraction as Numbers;
  const frames = shape[0] as number;
  return {
    ...without(arrays, 'diffraction', 'probeGuess'),
    probeGuess: { shape: [N, N], data: new Float32Array(2 * N * N).fill(1) },
    diffraction: { type: 'float32', shape: [frames, N, N], data: new Float32Array(frames * N * N).fill(1) },
  };
};

const firstFrames =
  (count: number) =>
  (arrays: Arrays): Arrays =>
    Object.fromEntries(
      Object.entries(arrays).map(([name, value]) => {
        const array = value as Numbers;
        if (!/coords|diffraction/.test(name)) return [name, value];
        const size = array.shape.slice(1).reduce((a, b) => a * b, 1);
        return [name, { ...array, shape: [count, ...array.shape.slice(1)], data: array.data.slice(0, count * size) }];
      }),
    );

interface Case {
  readonly title: string;
  readonly edit: (arrays: Arrays) => Arrays;
  readonly flags?: readonly string[];
  readonly says: RegExp;
}

const CASES: readonly Case[] = [
  {
    title: 'missing arrays, all named at once',
    edit: (arrays) => without(arrays, 'diffraction', 'ycoords'),
    says: /2 problems[\s\S]*diffraction: expected float32[\s\S]*ycoords: expected float64/,
  },
  {
    title: 'an array of the wrong type',
    edit: (arrays) => ({ ...arrays, probeGuess: { type: 'float32', shape: [64, 64], data: new Float32Array(4096) } }),
    says: /probeGuess: expected complex64[^\n]*got float32/,
  },
  {
    title: 'counts where amplitudes are due',
    edit: counts,
    says: /diffraction: [^\n]*uint16[^\n]*counts, not amplitudes[^\n]*square root/,
  },
  { title: 'frames of a size without a network', edit: cropped, says: /frames are 48 x 48 pixels[\s\S]*fix: [^\n]*64, 128, 256/ },
  {
    title: 'positions outside the object',
    edit: (arrays) => ({ ...arrays, xcoords: poke(arrays.xcoords, 3, 5000) }),
    says: /xcoords, ycoords: [^\n]*1 positions outside it \(first: frame 3/,
  },
  {
    title: 'a position that is no number',
    edit: (arrays) => ({ ...arrays, ycoords: poke(arrays.ycoords, 5, Number.NaN) }),
    says: /ycoords: expected finite positions[^\n]*frame 5/,
  },
  {
    title: 'NaN in a frame',
    edit: (arrays) => ({ ...arrays, diffraction: poke(arrays.diffraction, 7 * 4096 + 12, Number.NaN) }),
    says: /NaN[\s\S]*frame 7/,
  },
  {
    title: 'an infinite pixel in a frame',
    edit: (arrays) => ({ ...arrays, diffraction: poke(arrays.diffraction, 23 * 4096, Number.POSITIVE_INFINITY) }),
    says: /infinite[\s\S]*frame 23|frame 23[\s\S]*infinite/,
  },
  { title: 'fewer images than a group needs', edit: firstFrames(3), flags: ['--gridsize', '2'], says: /3[^\n]*\n[\s\S]*fix: / },
];

describe('fit', () => {
  it.each(CASES)('refuses $title with what, where and fix, and writes nothing', async ({ edit, flags = [], says }) => {
    const scan = await writeTinyScan(join(dir, 'bad.npz'), { edit });
    const { code, stdout, stderr } = await runInProcess([
      'fit',
      scan,
      '--output-dir',
      join(dir, 'out', 'deep'),
      '--max-epochs',
      '1',
      ...flags,
    ]);
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/error: [^\n]+[\s\S]*\n {2}at: [^\n]+[\s\S]*\n {2}fix: /);
    expect(stderr).not.toMatch(/\n\s+at .*\.ts:\d+/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(await readdir(dir)).not.toContain('out');
  });

  it.each([
    ['a scan that is missing', ['fit', 'nowhere.npz'], /nowhere\.npz/],
    ['a text file', ['fit', import.meta.filename], /format of the file is not known/],
    [
      'values out of range, all at once, with their flags',
      ['fit', 'GOOD', '--batch-size', '0', '--gridsize', '9', '--learning-rate', 'fast'],
      /3 problems[\s\S]*--gridsize[\s\S]*--batch-size[\s\S]*--learning-rate/,
    ],
    [
      'a configuration file that is missing',
      ['fit', 'GOOD', '--config', 'nowhere.yaml'],
      /configuration file does not exist[\s\S]*nowhere\.yaml/,
    ],
    ['a misspelt flag', ['fit', 'GOOD', '--batchsize', '4'], /unknown option '--batchsize'[\s\S]*Did you mean --batch-size\?/],
    ['a misspelt command', ['fitt', 'GOOD'], /unknown command 'fitt'[\s\S]*Did you mean fit\?/],
    ['no scan', ['fit'], /missing required argument 'scan'/],
    ['no command', [], /No command was given/],
    [
      'a model that is missing',
      ['infer', '--model-path', 'nowhere', '--test-data', 'GOOD', '--output-dir', 'out'],
      /no model archive[\s\S]*nowhere/,
    ],
    [
      'inference without model and scan, both named',
      ['infer'],
      /2 problems[\s\S]*modelPath \(--model-path\)[\s\S]*testDataFile \(--test-data\)/,
    ],
    ['a simulation without output', ['simulate'], /required option '--output <path>' not specified/],
    ['a number that is none', ['simulate', '--output', 'x.npz', '--step', 'two'], /--step <number>[\s\S]*expected a number/],
  ])('or another command refuses %s', async (_, argv, says) => {
    const { code, stderr } = await runInProcess(argv.map((argument) => (argument === 'GOOD' ? good : argument)));
    expect(stderr).toMatch(says);
    expect(code).toBe(2);
  });

  it.each(['file', 'file/below'])('refuses an output directory where a file stands (%s)', async (name) => {
    await writeFile(join(dir, 'file'), 'mine');
    const { code, stderr } = await runInProcess(['fit', good, '--output-dir', join(dir, name)]);
    expect(stderr).toMatch(/A file stands where the output directory is to be\n {2}at: .*file\n {2}fix: /);
    expect(code).toBe(2);
  });
});

const isRoot = process.getuid?.() === 0;

/** Mounts a small file system; undefined where that is not allowed. */
function mount(path: string, options: string): (() => void) | undefined {
  if (!isRoot) return undefined;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'ignore' });
    return () => void execFileSync('umount', [path]);
  } catch {
    return undefined;
  }
}

describe('fit on a disk', { timeout: 240_000 }, () => {
  it.each([
    ['that is full from the start', 'size=16k', /The disk is full/],
    ['that fills up while the model is written', 'size=10m', /disk is full|no space left/i],
    ['that is read-only', 'size=1m,ro', /read-only/],
  ])('%s says so and leaves nothing half-written', async (name, options, says) => {
    const disk = join(dir, name.replaceAll(' ', '-'));
    await mkdir(disk);
    const unmount = mount(disk, options);
    if (unmount === undefined) {
      process.stderr.write('left out: only root may mount a small disk\n');
      return;
    }
    try {
      const { code, stderr } = await runInProcess(['fit', good, '--output-dir', join(disk, 'out'), '--max-epochs', '1']);
      expect(stderr).toMatch(says);
      expect(stderr).toMatch(/\n {2}at: .*\n {2}fix: /);
      expect(code).toBe(2);
      const left = await readdir(disk, { recursive: true });
      expect(left.filter((file) => /\.tmp$|run\.json$/.test(file))).toEqual([]);
    } finally {
      unmount();
    }
  });
});
