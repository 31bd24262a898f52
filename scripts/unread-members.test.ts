import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { operationCoverage } from './coverage-operations.ts'
import { namesReadBelow } from './read-names.ts'
import { type MemberLine, uncalled, unread } from './unread-members/lines.ts'

const SERVICES = fileURLToPath(new URL('../packages/cloud/src/services/', import.meta.url))

it('every member that an operation takes is read by its service, or declared to be without effect', async () => {
  const services = await operationCoverage()
  const ignored = services.flatMap(({ folder, members }) => {
    const read = namesReadBelow(join(SERVICES, folder))
    return members
      .filter(({ path, because }) => because === undefined && !read.has(lastName(path)))
      .map(({ operation, path }) => `${folder} ${operation} ${path}`)
  })
  expect(ignored).toEqual([])
})

const lastName = (path: string): string => path.slice(path.lastIndexOf('.') + 1).replaceAll('[]', '')

it('a name counts as read where it is taken out of an object or listed, not where it is written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-names-'))
  try {
    writeFileSync(
      join(folder, 'operations.ts'),
      `const answer = ({ Taken, Renamed: other, Kept = 1 }: Input) => ({ Written: Taken, 'Quoted': other, n: Kept })
       const members = ['Listed'] as const
       export const run = (input: Input) => answer(input.Dotted, input['Computed'])`,
    )
    writeFileSync(join(folder, 'operations.test.ts'), 'export const x = input.InTests')
    const names = namesReadBelow(folder)
    const expected = ['Taken', 'Renamed', 'Kept', 'Listed', 'Dotted', 'Computed']
    expect(expected.filter(name => !names.has(name))).toEqual([])
    expect(['Written', 'Quoted', 'InTests'].filter(name => names.has(name))).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('a member that no call has read is named, unless it is declared; so is an operation that nobody calls', () => {
  const at = (operation: string, path: string, is: MemberLine['is']) => ({ service: 'ecs', operation, path, is })
  const lines = [
    at('RunTask', 'count', 'member'),
    at('RunTask', 'count', 'read'),
    at('RunTask', 'group', 'member'),
    at('RunTask', 'platformVersion', 'accepted'),
    at('StopTask', 'reason', 'member'),
  ]
  expect(unread(lines).map(({ operation, path }) => `${operation} ${path}`)).toEqual([
    'RunTask group',
    'StopTask reason',
  ])
  expect([...uncalled(lines)]).toEqual(['ecs StopTask'])
})
