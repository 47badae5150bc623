/** Names of what a job of `assembly/jobs.ts` consists of, in the order of its fields: addresses and numbers of four bytes. */
const FIELDS = [
  'side',
  'factors',
  'forward',
  'back',
  'scratch',
  'products',
  'frames',
  'modes',
  'width',
  'gradients',
  'hold',
  'spectrum',
  'spectrumSum',
  'probeDirection',
  'rowRamps',
  'columnRamps',
  'starts',
  'mask',
  'change',
  'errors',
  'numbers',
  'amplitudes',
  'object',
  'objectSum',
  'direction',
  'probes',
  'corrections',
  'waves',
] as const;

/** Frames of a batch and what is done with them. */
export type WaveJob = Readonly<Record<(typeof FIELDS)[number], number>>;

/** Bytes of a job in the memory of the loops. */
export const JOB_BYTES = 4 * FIELDS.length;

/** Writes a job where the loops read it. */
export function writeJob(buffer: ArrayBufferLike, address: number, job: WaveJob): void {
  const view = new DataView(buffer, address, JOB_BYTES);
  for (const [index, field] of FIELDS.entries()) {
    if (field === 'hold') view.setFloat32(4 * index, job.hold, true);
    else view.setUint32(4 * index, job[field], true);
  }
}
