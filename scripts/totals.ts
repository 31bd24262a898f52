/** What vitest's JSON reporter writes, as far as it is read here. */
export interface VitestReport {
  readonly testResults: readonly {
    /** Absolute path of the file. */
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages?: readonly string[]
    }[]
  }[]
}

/** What came of the tests. */
export interface Totals {
  readonly passed: number
  readonly failed: number
  /** What failed and the first line of why, one entry for each that `failed` counts. */
  readonly failures: readonly string[]
  /** Names of the tests that did not run. */
  readonly skipped: readonly string[]
}

/** Adds the totals of several runs. */
export const addTotals = (totals: readonly Totals[]): Totals => ({
  passed: totals.reduce((sum, { passed }) => sum + passed, 0),
  failed: totals.reduce((sum, { failed }) => sum + failed, 0),
  failures: totals.flatMap(({ failures }) => failures),
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
  const failures = files.flatMap(failuresOf)
  if (failures.length === 0 && exitCode !== 0) {
    failures.push(`an error outside of any test, told above (vitest ended with ${exitCode})`)
  }
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: failures.length,
    failures,
    skipped: tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName),
  }
}

function failuresOf({ name, status, message, assertionResults }: VitestReport['testResults'][number]): string[] {
  const failed = assertionResults.filter(test => test.status === 'failed')
  if (failed.length === 0 && status === 'failed') return [`${name}: ${firstLine(message)}`]
  return failed.map(({ fullName, failureMessages }) => `${name}: ${fullName}: ${firstLine(failureMessages?.[0])}`)
}

const firstLine = (text = 'without a message'): string => text.split('\n', 1)[0] as string

/**
 * The last line of `npm test`: `12 passed, 0 failed`, and `, 3 skipped` when any were.
 *
 * @param skipIsFailure  a skipped test counts as a failed one
 */
export function totalsLine({ passed, failed, skipped }: Totals, skipIsFailure: boolean): string {
  if (skipIsFailure) return `${passed} passed, ${failed + skipped.length} failed`
  return `${passed} passed, ${failed} failed${skipped.length === 0 ? '' : `, ${skipped.length} skipped`}`
}
