import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The tests of the services, with recorded inputs. */
export default defineConfig({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  test: {
    include: ['packages/cloud/src/services/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.system.test.ts'],
    setupFiles: [fileURLToPath(new URL('record.ts', import.meta.url))],
    testTimeout: 60_000,
  },
})
