import util from 'node:util';

/** Provides the two functions of `node:util` that `@tensorflow/tfjs-node` calls: Node 22 warns about them, Node 23 removed them. */
export function restoreUtilFunctions(): void {
  const functions = util as unknown as Record<string, unknown>;
  functions.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  functions.isArray = Array.isArray;
}
