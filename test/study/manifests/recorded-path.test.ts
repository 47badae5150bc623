import { commonDirectory, recordedPath, resolveRecorded } from '@ptychokit/study';
import { expect, test } from 'vitest';
import { studyDirectory, withPathsFrom } from '../../../packages/study/src/manifests/recorded-path.js';

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

test.each([
  ['/data/g', '/data/c/x', '../c/x'],
  ['/data/g/a/b', '/data/c/x', '../../../c/x'],
  ['/data/g', '/other/x', '/other/x'],
  ['/elsewhere/g', '/data/c/x', '/data/c/x'],
])('In a directory that is moved as a whole, seen from %s, %s is recorded as %s', (root, path, recorded) => {
  expect(recordedPath(root, path, { within: '/data' })).toBe(recorded);
  expect(resolveRecorded(root, recorded)).toBe(path);
});

test.each([
  [['/a/b/c', '/a/b/d', '/a/b/d/e'], '/a/b'],
  [['/a/b', '/a/b'], '/a/b'],
  [['/a/b', '/a/bc'], '/a'],
  [['/a/b', '/c/b'], undefined],
])('%j lie together in %s', (paths, common) => {
  expect(commonDirectory(paths)).toBe(common);
});

test.each([
  [['/data/c', '/data/d/', '/data/e'], '/data'],
  [['/data/c', '/data/reports/e'], undefined],
])('%j are parts of a study in %s', (parts, directory) => {
  expect(studyDirectory(parts)).toBe(directory);
});

test('A text names files relative to the directory that is moved', () => {
  expect(withPathsFrom('/data', 'nothing in /data/c/x, nor in /datum/y')).toBe('nothing in c/x, nor in /datum/y');
});

test('Relative arguments are taken from the working directory', () => {
  expect(recordedPath('out', 'out/a/b.npz')).toBe('a/b.npz');
  expect(recordedPath('out', 'other/b.npz')).toBe(`${process.cwd()}/other/b.npz`);
});
