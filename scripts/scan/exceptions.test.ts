import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Exception, judge, readExceptions } from './exceptions.ts'
import type { Finding } from './finding.ts'

const folder = mkdtempSync(join(tmpdir(), 'exceptions-'))
afterAll(() => rmSync(folder, { recursive: true }))

const finding = (subject: string, detail = 'MPL-2.0'): Finding => ({
  kind: 'licence',
  subject,
  detail,
  message: `${subject}: ${detail}`,
})
const exception: Exception = {
  kind: 'licence',
  subject: '@a/*',
  detail: 'MPL-2.0',
  reason: 'a tool',
  since: '2026-11-22',
}

describe('an exception', () => {
  it('I-13: is made for one thing about a subject; anything else is still found', () => {
    const findings = [finding('@a/b'), finding('@a/c'), finding('@a/b', 'AGPL-3.0-only'), finding('b')]
    expect(judge(findings, [exception], '2026-11-23')).toEqual({
      open: ['@a/b: AGPL-3.0-only', 'b: MPL-2.0'],
      unused: [],
      excepted: 2,
    })
  })

  it('holds until its day, and that day', () => {
    const ending = { ...exception, subject: 'b', until: '2026-12-01' }
    expect(judge([finding('b')], [ending], '2026-12-01').open).toEqual([])
    expect(judge([finding('b')], [ending], '2026-12-02').open).toEqual([
      'b: MPL-2.0; its exception ended on 2026-12-01',
    ])
  })

  it('that nothing was found for is named', () =>
    expect(judge([], [exception], '2026-11-23')).toEqual({ open: [], unused: [exception], excepted: 0 }))

  it.each([
    [{ ...exception, reason: ' ' }, 'has no reason'],
    [{ ...exception, since: 'yesterday' }, 'has the day "yesterday"'],
    [{ ...exception, kind: 'advisory', subject: 'GHSA-1' }, 'has no "until"'],
  ])('says why and since when, and an advisory until when', (bad, words) => {
    const file = join(folder, 'exceptions.json')
    writeFileSync(file, JSON.stringify([bad]))
    expect(() => readExceptions(file)).toThrow(words)
  })
})
