import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { COVERAGE_FILE, coveragePage } from './coverage-page.ts'

it('docs/coverage.md says what the services really cover (npm run coverage)', () => {
  expect(readFileSync(COVERAGE_FILE, 'utf8')).toBe(coveragePage())
})
