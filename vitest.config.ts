import { defineConfig } from 'vitest/config';

const conditions = ['@ptychokit/source', 'node', 'import', 'default'];

// Tests of many minutes (killed runs, clusters, long fuzzing) are a suite of their own: npm run test:slow.
const slow = process.env.PTYCHOKIT_SLOW_TESTS === '1';

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: slow ? ['test/slow/**/*.test.ts'] : ['test/**/*.test.ts'],
    exclude: slow ? [] : ['test/slow/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests of locks and child processes depend on the machine's load; a busy one gets a second try, a defect fails twice.
    retry: process.env.CI === undefined ? 0 : 1,
    env: { TZ: 'UTC', TF_CPP_MIN_LOG_LEVEL: '3', TF_DETERMINISTIC_OPS: '1' },
  },
});
