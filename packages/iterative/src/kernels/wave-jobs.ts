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

const [HOLD, PRODUCTS] = [FIELDS.indexOf('hold'), FIELDS.indexOf('products')];

/** Writes a job where the loops read it. */
export function writeJob(buffer: ArrayBufferLike, address: number, job: WaveJob): void {
  const words = new Uint32Array(buffer, address, FIELDS.length);
  for (let i = 0; i < FIELDS.length; i++) words[i] = job[FIELDS[i] as (typeof FIELDS)[number]];
  new Float32Array(buffer, address, FIELDS.length)[HOLD] = job.hold;
}

/** Says what a job that was written is about: inner products, or the way through the model and back. */
export function writeProducts(buffer: ArrayBufferLike, address: number, products: boolean): void {
  new Uint32Array(buffer, address, FIELDS.length)[PRODUCTS] = products ? 1 : 0;
}
