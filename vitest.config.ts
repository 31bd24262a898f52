import { defineConfig } from 'vitest/config'

/**
 * How long anything may take before it counts as stuck. No test shows by it that something is quick: on a busy machine
 * everything takes several times as long.
 */
const PATIENCE = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 60_000 } } }

/** One file after the other: each starts databases and browsers, and two would fight over two cores. */
const LARGE = { fileParallelism: false, ...PATIENCE, testTimeout: 180_000, hookTimeout: 240_000 }

/**
 * Three kinds of test. `unit` files sit beside the code and run side by side, as many as there are cores (left to itself,
 * vitest keeps one for itself, of two as well). `*.system.test.ts` beside the code are `pages`: an application with its
 * browser, its database, its crashes; those in `test` are `system`: whole systems on the local cloud. What waits by the
 * clock inside of one file waits together, and `npm test` runs these two kinds at the same time: they share nothing.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{packages,systems,scripts,bench,test}/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/.terrace/**', '**/cdk.out/**', '**/*.system.test.*'],
          maxWorkers: '100%',
          ...PATIENCE,
        },
      },
      {
        test: {
          name: 'pages',
          include: ['{packages,systems}/**/*.system.test.ts'],
          exclude: ['**/node_modules/**', '**/.terrace/**'],
          ...LARGE,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/**/*.system.test.ts'],
          ...LARGE,
        },
      },
    ],
  },
})
