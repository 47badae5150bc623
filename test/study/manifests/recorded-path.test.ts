import { recordedPath, resolveRecorded } from '@ptychokit/study';
import { expect, test } from 'vitest';

test.each([
  ['/data/e', '/data/e/dose_1000/wts.h5.zip', 'dose_1000/wts.h5.zip'],
  ['/data/e', '/data/e', '.'],
  ['/data/e/', '/data/e/..x/y', '..x/y'],
  ['/data/e', '/data/ef/x', '/data/ef/x'],
  ['/data/e', '/data/c/x', '/data/c/x'],
])('Seen from %s, %s is recorded as %s', (root, path, recorded) => {
  expect(recordedPath(root, path)).toBe(recorded);
  expect(resolveRecorded(root, recorded)).toBe(path);
});

test('Relative arguments are taken from the working directory', () => {
  expect(recordedPath('out', 'out/a/b.npz')).toBe('a/b.npz');
  expect(recordedPath('out', 'other/b.npz')).toBe(`${process.cwd()}/other/b.npz`);
});
