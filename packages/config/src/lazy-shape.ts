import type { z } from 'zod';

/**
 * The fields of an object schema, described when one of them is first read: describing all of them takes as long as loading the package,
 * and most programs read one configuration.
 *
 * @param describe called once
 */
export function lazyShape<S extends z.core.$ZodShape>(describe: () => S): S {
  let shape: S | undefined;
  const fields = (): S => {
    shape ??= describe();
    return shape;
  };
  return new Proxy({} as S, {
    ownKeys: () => Reflect.ownKeys(fields()),
    getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(fields(), key),
    get: (_, key) => Reflect.get(fields(), key),
    has: (_, key) => Reflect.has(fields(), key),
  });
}
