import { expect, test } from 'vitest';
import { FEW_IMAGES, fewImagesWarning } from '../../packages/study/src/few-images.js';

test('A view with few images is warned of, with their number', () => {
  expect(fewImagesWarning({ images: 9, total: 162 })).toMatch(/^only 9 of 162 images to train on/);
  expect(fewImagesWarning({ images: FEW_IMAGES - 1 })).toMatch(/^only \d+ images to train on/);
  expect(fewImagesWarning({ images: FEW_IMAGES })).toBeNull();
});
