import { doseDirName, doseLabel, doseOfDirName, dosePaths, trainingPaths, viewPaths } from '@ptychokit/study';
import { expect, test } from 'vitest';

test.each([
  [1000, 'dose_1000', '1e+03'],
  [1e5, 'dose_100000', '1e+05'],
  [2500, 'dose_2500', '2.5e+03'],
  [0.5, 'dose_0.5', '5e-01'],
  [1e12, 'dose_1000000000000', '1e+12'],
  [1e22, 'dose_1e+22', '1e+22'],
])('A dose of %d is in %s and is called %s', (dose, name, label) => {
  expect(doseDirName(dose)).toBe(name);
  expect(doseOfDirName(name)).toBe(dose);
  expect(doseLabel(dose)).toBe(label);
});

test.each(['dose_', 'dose_x', 'dose_1e3', 'dose_-1', 'dose_0', 'dose_01', 'baseline'])('%s is no directory of a dose', (name) => {
  expect(doseOfDirName(name)).toBeUndefined();
});

test('Phases agree on where files are', () => {
  expect(dosePaths('c', 1000).patchedTrain).toBe('c/dose_1000/patched_train.npz');
  expect(viewPaths('d', { dose: 1000, view: 'dense' })).toEqual({
    dir: 'd/dose_1000/dense',
    data: { train: 'd/dose_1000/dense/dense_train.npz', test: 'd/dose_1000/dense/dense_test.npz' },
    metrics: { train: 'd/dose_1000/dense/dense_train_metrics.json', test: 'd/dose_1000/dense/dense_test_metrics.json' },
  });
  expect(trainingPaths('e', { dose: 1000, view: 'dense', gridsize: 2 }).log).toBe('e/dose_1000/dense/gs2/train.log');
});
