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
    env: { TZ: 'UTC', TF_CPP_MIN_LOG_LEVEL: '3' },
  },
});
