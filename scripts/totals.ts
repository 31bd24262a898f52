/** What vitest's JSON reporter writes, as far as it is read here. */
export interface VitestReport {
  readonly testResults: readonly {
    /** Absolute path of the file. */
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** What came of the tests. */
export interface Totals {
  readonly passed: number
  readonly failed: number
  /** Names of the tests that did not run. */
  readonly skipped: readonly string[]
}

/** Adds the totals of several runs. */
export const addTotals = (totals: readonly Totals[]): Totals => ({
  passed: totals.reduce((sum, { passed }) => sum + passed, 0),
  failed: totals.reduce((sum, { failed }) => sum + failed, 0),
  skipped: totals.flatMap(({ skipped }) => skipped),
})

/**
 * Counts the tests of one run. A file that could not be loaded counts as one failure, and so does a run that failed
 * though none of its tests did (an error outside of any test): nothing that went wrong is counted as nothing.
 *
 * @param report    absent when vitest ended before it wrote one
 * @param exitCode  vitest's own
 */
export function totalsOf(report: VitestReport | undefined, exitCode: number): Totals {
  const files = report?.testResults ?? []
  const tests = files.flatMap(file => file.assertionResults)
  const broken = files.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some(test => test.status === 'failed'),
  )
  const failed = tests.filter(({ status }) => status === 'failed').length + broken.length
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName),
  }
}

/**
 * The last line of `npm test`: `12 passed, 0 failed`, and `, 3 skipped` when any were.
 *
 * @param skipIsFailure  a skipped test counts as a failed one
 */
export function totalsLine({ passed, failed, skipped }: Totals, skipIsFailure: boolean): string {
  if (skipIsFailure) return `${passed} passed, ${failed + skipped.length} failed`
  return `${passed} passed, ${failed} failed${skipped.length === 0 ? '' : `, ${skipped.length} skipped`}`
}
