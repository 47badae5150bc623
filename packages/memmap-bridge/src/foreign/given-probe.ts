import type { ComplexArray } from '@ptychokit/config';
import { FrameSizeError } from '../errors.js';

/** Refuses a probe from the caller that does not belong to the frames. @throws FrameSizeError */
export function assertProbe({ shape }: ComplexArray, scan: { readonly frameSize: number; readonly source: string }): void {
  const { frameSize, source } = scan;
  if ((shape.length === 2 || shape.length === 3) && shape.at(-1) === frameSize && shape.at(-2) === frameSize) return;
  throw new FrameSizeError(`The probe has shape (${shape.join(', ')}) for frames of ${frameSize} x ${frameSize} pixels`, {
    size: [frameSize, frameSize],
    where: source,
    fix: 'give a probe of the size of the frames',
  });
}
