import { expect, test } from 'vitest';
import { FEW_IMAGES, fewImagesWarning, warningLines } from '../../packages/study/src/few-images.js';

test('A view with few images is warned of, with their number', () => {
  expect(fewImagesWarning({ images: 9, total: 162 })).toMatch(/^only 9 of 162 images to train on/);
  expect(fewImagesWarning({ images: FEW_IMAGES - 1 })).toMatch(/^only \d+ images to train on/);
  expect(fewImagesWarning({ images: FEW_IMAGES })).toBeNull();
});

test('One line tells of all that a warning is about', () => {
  const about = (label: string, warning: string | null) => ({ label, warning });
  expect(warningLines([about('a', 'few'), about('b', null), about('c', 'fewer'), about('d', 'few')])).toEqual(['a, d: few', 'c: fewer']);
});
