import { describe, expect, it } from 'vitest'
import { readAudit } from './audit.ts'

const advisory = (severity: string, id: string) => ({
  source: 1,
  name: 'a',
  title: 'it breaks',
  url: `https://github.com/advisories/${id}`,
  severity,
  range: '<1.2.3',
})

describe('the audit of the dependencies', () => {
  it('I-13: finds what is high or critical, tells what is less, and counts each advisory once', () => {
    const report = {
      auditReportVersion: 2,
      vulnerabilities: {
        a: { severity: 'high', via: [advisory('high', 'GHSA-1'), advisory('moderate', 'GHSA-2')] },
        b: { severity: 'high', via: ['a'] },
        c: { severity: 'critical', via: [advisory('critical', 'GHSA-3'), advisory('unheard-of', 'GHSA-4')] },
      },
    }
    const outcome = readAudit(JSON.stringify(report))
    expect(outcome).toMatchObject({
      kind: 'answered',
      findings: [
        { subject: 'GHSA-1', detail: 'a', message: expect.stringContaining('a <1.2.3: high, it breaks') },
        { subject: 'GHSA-3', detail: 'c' },
        { subject: 'GHSA-4', detail: 'c' },
      ],
      told: [expect.stringContaining('GHSA-2')],
    })
  })

  it('finds nothing where there is nothing', () =>
    expect(readAudit('{"auditReportVersion":2,"vulnerabilities":{}}')).toEqual({
      kind: 'answered',
      findings: [],
      told: [],
    }))

  it.each([
    ['{"message":"request to https://registry.npmjs.org/ failed","error":{}}', 'request to https://'],
    ['npm error audit endpoint returned an error', 'npm error audit endpoint'],
    ['', 'printed nothing'],
  ])('is no answer when the registry has none: %s', (printed, reason) =>
    expect(readAudit(printed)).toEqual({ kind: 'unreachable', reason: expect.stringContaining(reason) }),
  )
})
