import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { engine } from '@tensorflow/tfjs-core';
import type { NpzArray } from '../support/read-npz.js';
import type { ParityCheck, ParitySuite } from './check.js';
import { namesIn, readArray } from './npz-array.js';

/** One archive of a fixture folder. */
export interface Fixture {
  readonly folder: string;
  readonly file: string;
  readonly path: string;
  readonly names: readonly string[];
  /** @throws {RangeError} when there is no such array. */
  read(name: string): NpzArray;
  /** The only number of an array. */
  number(name: string): number;
  /** Arrays whose names match, as the matches; @throws {RangeError} when there are none. */
  matching(pattern: RegExp): readonly RegExpExecArray[];
  /** A check of this fixture. */
  check(quantity: string, measured: Pick<ParityCheck, 'error' | 'gate'>): ParityCheck;
}

/** What a suite does with one of its files. */
export type FixtureChecks = (fixture: Fixture) => readonly ParityCheck[] | Promise<readonly ParityCheck[]>;

/**
 * The same checks of each file. A file that is absent, that cannot be read or that holds nothing to check is a failed check: it takes no
 * other file with it, and never passes unseen. Tensors of the checks are freed after each file.
 */
export function fixtureSuite(files: readonly string[], checksOf: FixtureChecks): ParitySuite {
  return async (folder) => {
    const checks: ParityCheck[] = [];
    for (const file of files) checks.push(...(await checkFile({ folder, file }, checksOf)));
    return checks;
  };
}

async function checkFile(
  place: { readonly folder: string; readonly file: string },
  checksOf: FixtureChecks,
): Promise<readonly ParityCheck[]> {
  const { folder, file } = place;
  const failed = (quantity: string): readonly ParityCheck[] => [{ fixture: file, quantity, error: Number.POSITIVE_INFINITY, gate: 0 }];
  if (!existsSync(join(folder, file))) return failed('the file is absent');
  engine().startScope();
  try {
    const checks = await checksOf(openFixture(place));
    return checks.length > 0 ? checks : failed('the file holds nothing to check');
  } catch (error) {
    return failed(`not measured: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    engine().endScope();
  }
}

function openFixture({ folder, file }: { readonly folder: string; readonly file: string }): Fixture {
  const path = join(folder, file);
  const names = namesIn(path);
  const read = (name: string): NpzArray => readArray(path, name);
  return {
    folder,
    file,
    path,
    names,
    read,
    number: (name) => read(name).data[0] as number,
    matching: (pattern) => {
      const found = names.map((name) => pattern.exec(name)).filter((match) => match !== null);
      if (found.length === 0) throw new RangeError(`expected arrays named like ${pattern.source}, got none`);
      return found;
    },
    check: (quantity, measured) => ({ fixture: file, quantity, ...measured }),
  };
}

/** A JSON file beside the archive. */
export function readJson<T>({ folder }: Fixture, file: string): T {
  const path = join(folder, file);
  if (!existsSync(path)) throw new RangeError(`expected ${file} beside the archive, got nothing`);
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}
