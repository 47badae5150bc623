import util from 'node:util';

/** Brings back the two functions of `node:util` that `@tensorflow/tfjs-node` calls and that Node 23 removed. */
export function restoreUtilFunctions(): void {
  const functions = util as unknown as Record<string, unknown>;
  functions.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  functions.isArray ??= Array.isArray;
}
