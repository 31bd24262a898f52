import { defineConfig } from 'vitest/config'

/**
 * Two kinds of test. `unit` files sit beside the code and run side by side; `system` files (`*.system.test.ts`) start
 * whole systems with their databases and browsers, one after the other, so that they don't fight over two cores.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{packages,systems,scripts,bench,test}/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/.terrace/**', '**/cdk.out/**', '**/*.system.test.*'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'system',
          include: ['{packages,systems,test}/**/*.system.test.ts'],
          exclude: ['**/node_modules/**', '**/.terrace/**'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
