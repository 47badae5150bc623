import { defineConfig } from 'vitest/config';

const conditions = ['@ptychokit/source', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests of locks and child processes depend on the machine's load; a busy one gets a second try, a defect fails twice.
    retry: process.env.CI === undefined ? 0 : 1,
    env: { TZ: 'UTC', TF_CPP_MIN_LOG_LEVEL: '3', TF_DETERMINISTIC_OPS: '1' },
  },
});
