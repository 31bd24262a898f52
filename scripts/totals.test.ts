import { describe, expect, it } from 'vitest'
import { missingTools, TOOLS } from './tools.ts'
import { addTotals, totalsLine, totalsOf, type VitestReport } from './totals.ts'

const file = (
  status: string,
  ...tests: readonly (readonly [string, string])[]
): VitestReport['testResults'][number] => ({
  name: '/a.test.ts',
  status,
  assertionResults: tests.map(([fullName, testStatus]) => ({ fullName, status: testStatus })),
})

describe('the totals of a run', () => {
  it('count what passed, failed and did not run', () => {
    const report = {
      testResults: [file('failed', ['a', 'passed'], ['b', 'failed'], ['c', 'skipped']), file('passed', ['d', 'todo'])],
    }

    expect(totalsOf(report, 1)).toEqual({
      passed: 1,
      failed: 1,
      failures: ['/a.test.ts: b: without a message'],
      skipped: ['c', 'd'],
    })
  })

  it('count a file that could not be loaded as a failure', () => {
    expect(totalsOf({ testResults: [file('failed'), file('passed', ['a', 'passed'])] }, 1)).toMatchObject({
      passed: 1,
      failed: 1,
    })
  })

  it('name what failed, with the first line of why', () => {
    const report = {
      testResults: [
        {
          ...file('failed'),
          assertionResults: [{ fullName: 'b', status: 'failed', failureMessages: ['expected 1 to be 2\n  at a.ts:1'] }],
        },
        { ...file('failed'), message: 'cannot be loaded\nfor a reason' },
      ],
    }

    expect(totalsOf(report, 1).failures).toEqual(['/a.test.ts: b: expected 1 to be 2', '/a.test.ts: cannot be loaded'])
  })

  it.each([
    ['an error outside of any test', { testResults: [file('passed', ['a', 'passed'])] }, 1],
    ['a run that ended without a report', undefined, 139],
  ])('count %s as a failure', (_words, report, exitCode) => {
    expect(totalsOf(report, exitCode).failed).toBe(1)
  })
})

describe('the last line', () => {
  const totals = addTotals([
    { passed: 2, failed: 0, failures: [], skipped: ['a'] },
    { passed: 3, failed: 1, failures: ['b'], skipped: [] },
  ])

  it('names skipped tests only when there are any', () => {
    expect(totalsLine(totals, false)).toBe('5 passed, 1 failed, 1 skipped')
    expect(totalsLine({ ...totals, skipped: [] }, false)).toBe('5 passed, 1 failed')
  })

  it('has the same form everywhere where a skip is a failure', () => {
    expect(totalsLine(totals, true)).toBe('5 passed, 2 failed')
  })
})

describe('the tools that tests need', () => {
  it('are missing when no folder holds any of their files', () => {
    const tools = [
      { ...TOOLS[0], files: ['terrace-no-such-program'] },
      { ...TOOLS[0], files: ['terrace-no-such-program', 'sh'] },
    ] as typeof TOOLS

    expect(missingTools(tools, '/bin')).toEqual([tools[0]])
  })
})
