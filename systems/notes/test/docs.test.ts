import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const folder = join(import.meta.dirname, '..')

it('N-12: the README shows every picture that there is, and no other', () => {
  const text = readFileSync(join(folder, 'README.md'), 'utf8')
  const shown = [...text.matchAll(/\]\(docs\/([\w-]+\.png)\)/g)].map(([, name]) => name)
  const made = readdirSync(join(folder, 'docs')).filter(name => name.endsWith('.png'))
  expect(shown.toSorted()).toEqual(made.toSorted())
})
