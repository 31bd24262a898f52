import { writeFileSync } from 'node:fs'
import { COVERAGE_FILE, coveragePage } from './coverage-page.ts'

/** `npm run coverage`: writes docs/coverage.md. */
writeFileSync(COVERAGE_FILE, await coveragePage())
