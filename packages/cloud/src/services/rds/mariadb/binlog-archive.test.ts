import { mkdtempSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cutBinlogs, sequenceOf, trimBinlogs } from './binlog-archive.ts'
import { POSITION_FILE } from './dump.ts'

let archive = ''
const nameOf = (after: number, last: number, member: number) =>
  `${String(after).padStart(16, '0')}-${String(last).padStart(16, '0')}-m${member}.binlog`
beforeEach(async () => {
  archive = mkdtempSync(join(tmpdir(), 'terrace-archive-'))
  for (const name of [nameOf(0, 100, 1), nameOf(100, 210, 1), nameOf(210, 220, 1)]) {
    await writeFile(join(archive, name), '')
  }
})
afterEach(() => rm(archive, { recursive: true }))

it.each([
  ['', 0],
  ['0-1-4711', 4711],
  ['0-1-500,0-2-740', 740],
  ['1-1-9999,0-2-3', 3],
])('the sequence number of %s is %d', (position, sequence) => {
  expect(sequenceOf(position)).toBe(sequence)
})

it('what the lost primary had logged, and its standby never got, is cut off at a promotion', async () => {
  await cutBinlogs(archive, '0-1-205')
  expect((await readdir(archive)).sort()).toEqual([nameOf(0, 100, 1), nameOf(100, 205, 1)])
})

it('what a backup has already is removed', async () => {
  const backup = join(archive, 'backup')
  await mkdir(backup)
  await writeFile(join(backup, POSITION_FILE), '0-1-150')
  await trimBinlogs(archive, backup)
  expect((await readdir(archive)).filter(name => name !== 'backup').sort()).toEqual([
    nameOf(100, 210, 1),
    nameOf(210, 220, 1),
  ])
})
