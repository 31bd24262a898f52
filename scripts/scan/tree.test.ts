import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { judge, readExceptions } from './exceptions.ts'
import type { Finding } from './finding.ts'
import { licencesIn } from './licences.ts'
import { secretsIn } from './secrets.ts'

const ROOT = join(import.meta.dirname, '../..')
const exceptions = readExceptions(join(import.meta.dirname, 'exceptions.json'))

/** Exceptions that end are for `npm run scan` to tell: a test must not fail because a day has passed. */
const ANY_DAY = '0000-00-00'

const verdict = (kind: Finding['kind'], findings: readonly Finding[]) => {
  const { open, unused } = judge(
    findings,
    exceptions.filter(exception => exception.kind === kind),
    ANY_DAY,
  )
  return { open, unused }
}

describe('this tree', () => {
  it('I-13: has no package whose licence is not allowed', () => {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
    expect(verdict('licence', licencesIn(lock))).toEqual({ open: [], unused: [] })
  })

  it('I-13: holds no secret', async () => {
    expect(verdict('secret', await secretsIn(ROOT, false))).toEqual({ open: [], unused: [] })
  })
})
