import { expect, it } from 'vitest';
import { toDataUrl } from '../../../../packages/study/src/report/figures/png-data-url.js';

it('A PNG and a figure become the URL that shows them', () => {
  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);
  expect(toDataUrl(png)).toBe('data:image/png;base64,iVBORw==');
  expect(toDataUrl({ png })).toBe(toDataUrl(png));
});
