import { defineConfig } from 'vitest/config'

/**
 * How long anything may take before it counts as stuck. No test shows by it that something is quick: on a busy machine
 * everything takes several times as long.
 */
const PATIENCE = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 60_000 } } }

/**
 * Two kinds of test. `unit` files sit beside the code and run side by side, as many as there are cores (left to itself,
 * vitest keeps one for itself, of two as well); `system` files (`*.system.test.ts`) start whole systems with their
 * databases and browsers, one after the other, so that they don't fight over two cores. What waits by the clock inside
 * of one waits together.
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
          name: 'system',
          include: ['{packages,systems,test}/**/*.system.test.ts'],
          exclude: ['**/node_modules/**', '**/.terrace/**'],
          fileParallelism: false,
          ...PATIENCE,
          testTimeout: 180_000,
        },
      },
    ],
  },
})
