/**
 * The names of zod with which the packages describe their files: published, they share this one copy, because loading zod takes as long as
 * loading everything else of a package.
 *
 * @module
 */
export type { output, ZodObject, ZodType } from 'zod';
export { array, boolean, enum, int, iso, literal, number, record, strictObject, string, toJSONSchema, tuple, unknown, ZodError } from 'zod';
export { lazyShape } from './lazy-shape.js';
