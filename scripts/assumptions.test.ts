import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const DOCS = new URL('../docs/', import.meta.url)
const text = readFileSync(new URL('assumptions.md', DOCS), 'utf8')
const rows = text.split('\n').filter(line => line.startsWith('| ') && !line.startsWith('| subject'))
const links = [...text.matchAll(/\[`([^`]+)`\]\(([^)]+)\)/g)].map(([, name = '', path = '']) => ({ name, path }))

describe('docs/assumptions.md', () => {
  it('has a rule, a reason and what changes it in every row', () => {
    const cells = rows.map(row => row.split(' | ').map(cell => cell.replace(/^\| | \|$/g, '').trim()))
    expect(cells.filter(row => row.length !== 4 || row.some(cell => cell === ''))).toEqual([])
  })

  it.each(links)('names $name, which is in $path', ({ name, path }) => {
    const file = fileURLToPath(new URL(path, DOCS))
    expect(existsSync(file)).toBe(true)
    // A file stands for itself; `ASSUMED.round` is a member of a constant.
    if (path.endsWith(`/${name}`)) return
    const source = readFileSync(file, 'utf8')
    for (const word of name.split('.')) expect(source).toMatch(new RegExp(`\\b${word}\\b`))
  })

  it('names options that terrace up has', () => {
    const options = [...new Set([...text.matchAll(/`(--[a-z-]+)/g)].map(match => match[1] ?? ''))]
    const command = readFileSync(new URL('../packages/cli/src/commands/up.ts', DOCS), 'utf8')
    expect(options.filter(option => !command.includes(option))).toEqual([])
    expect(options.length).toBeGreaterThan(0)
  })
})
