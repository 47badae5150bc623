import { defineConfig } from 'vitest/config';

const conditions = ['@ptychokit/source', 'node', 'import', 'default'];

// Tests of many minutes (killed runs, clusters, long fuzzing) are a suite of their own: npm run test:slow.
const slow = process.env.PTYCHOKIT_SLOW_TESTS === '1';

/** Packages whose test files may share a process: loading the engine and the modules once is most of the time. */
const PACKAGES = 'config|contract|iterative|memmap-bridge|metrics|parity|physics|trainer';
/** Folders of the study package whose tests load no engine (a process has one, with one setting), start no process and leave no handler. */
const OF_STUDY = 'evidence|generate|manifests|overlap|report|simulation';
const SHARING_STUDY = [`test/study/@(${OF_STUDY})/**/*.test.ts`];
const SHARING = [`test/@(${PACKAGES})/**/*.test.ts`, ...SHARING_STUDY];
/** Files of these packages that look at a fresh process. */
const FRESH = ['test/config/index.test.ts', 'test/trainer/engine/**/*.test.ts', 'test/**/*.fresh.test.ts'];

/** Test files each in a process of their own, or many in one. */
const project = (name: string, files: { readonly include: string[]; readonly exclude: string[] }) => ({
  extends: true as const,
  test: { name, isolate: name !== 'sharing', ...files },
});

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: slow
      ? [project('slow', { include: ['test/slow/**/*.test.ts'], exclude: [] })]
      : [
          project('sharing', { include: SHARING, exclude: FRESH }),
          project('fresh', { include: [...FRESH, `test/!(${PACKAGES}|slow)/**/*.test.ts`], exclude: SHARING_STUDY }),
        ],
    pool: 'forks',
    maxWorkers: 2,
    setupFiles: ['test/support/old-functions-of-node.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests of locks and child processes depend on the machine's load; a busy one gets a second try, a defect fails twice.
    retry: process.env.CI === undefined ? 0 : 1,
    env: { TZ: 'UTC', TF_CPP_MIN_LOG_LEVEL: '3', TF_DETERMINISTIC_OPS: '1' },
  },
});
