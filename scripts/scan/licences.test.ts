import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ALLOWED, isAllowed, licencesIn } from './licences.ts'

describe('the licence of a package', () => {
  it.each([
    ['MIT', true],
    ['GPL-3.0-or-later', false],
    ['(MIT OR GPL-3.0-or-later)', true],
    ['GPL-3.0-or-later OR MIT', true],
    ['MIT AND GPL-3.0-or-later', false],
    ['(MIT AND Zlib)', true],
    ['MIT AND (GPL-2.0-only OR ISC)', true],
    ['GPL-2.0-only OR MIT AND MPL-2.0', false],
    ['(MIT', false],
    ['MIT OR', false],
    ['MIT ISC', false],
    ['Apache-2.0 WITH LLVM-exception', false],
    ['SEE LICENSE IN LICENSE.md', false],
    ['UNLICENSED', false],
    ['', false],
  ])('%s is allowed: %s', (expression, allowed) => expect(isAllowed(expression, ALLOWED)).toBe(allowed))

  it('I-13: that is not allowed, or that nobody knows, is found wherever the package lies', () => {
    const packages = {
      '': { license: 'UNLICENSED' },
      'packages/kit': { version: '0.1.0' },
      'node_modules/@terrace/kit': { link: true },
      'node_modules/a': { version: '1.0.0', license: 'MIT' },
      'node_modules/b': { version: '2.0.0', license: 'AGPL-3.0-only' },
      'node_modules/a/node_modules/b': { version: '1.0.0', license: 'AGPL-3.0-only' },
      'packages/kit/node_modules/@c/d': { version: '3.0.0' },
    }
    expect(licencesIn({ packages }).map(({ subject, detail }) => [subject, detail])).toEqual([
      ['b', 'AGPL-3.0-only'],
      ['@c/d', 'none'],
    ])
  })

  it('is read from the lock file, which knows the packages of all platforms', () => {
    const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'))
    expect(licencesIn(lock, new Set()).length).toBeGreaterThan(400)
  })
})
