import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const SERVICES = join(import.meta.dirname, '..')

it('the README lists exactly the sources whose events services send', () => {
  const files = readdirSync(SERVICES, { recursive: true, encoding: 'utf8' }).filter(
    name => /^(?!hello|events).*(?<!\.test)\.ts$/.test(name) && !name.includes('testing'),
  )
  const sent = files.flatMap(name =>
    [...readFileSync(join(SERVICES, name), 'utf8').matchAll(/\bsource: '(aws\.\w+)'/g)].map(match => match[1] ?? ''),
  )
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
  const listed = [...readme.matchAll(/^\| `(aws\.\w+)`/gm)].map(match => match[1] ?? '')
  expect(listed.sort()).toEqual([...new Set(sent)].sort())
})
