import { lazyShape } from '@ptychokit/config/zod';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';

describe('lazyShape', () => {
  const described = () => vi.fn(() => ({ count: z.int().min(1), name: z.string().optional() }));

  it('describes the fields once, when the schema is first used', () => {
    const shape = described();
    const schema = z.strictObject(lazyShape(shape));
    const small = schema.refine(({ count }) => count < 9).prefault({ count: 1 });
    expect(shape).not.toHaveBeenCalled();
    expect(schema.parse({ count: 2 })).toEqual({ count: 2 });
    expect(small.safeParse({ count: 9 }).success).toBe(false);
    expect(shape).toHaveBeenCalledTimes(1);
  });

  it('is the same schema as one with its fields at once', () => {
    const lazy = z.strictObject(lazyShape(described()));
    const plain = z.strictObject(described()());
    expect(z.toJSONSchema(lazy)).toEqual(z.toJSONSchema(plain));
    expect(Object.keys(lazy.shape)).toEqual(['count', 'name']);
    expect(lazy.safeParse({ count: 1, nmae: 'x' }).error?.issues).toEqual(plain.safeParse({ count: 1, nmae: 'x' }).error?.issues);
  });
});
