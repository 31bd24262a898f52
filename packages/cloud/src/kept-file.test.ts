import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openKeptFile } from './kept-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-kept-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const append = async (text: string) => {
  const file = openKeptFile(join(folder, 'journal.jsonl'), 10)
  file.end(text)
  await once(file, 'close')
}

it('goes on with what an earlier run wrote', async () => {
  await append('one\n')
  await append('two\n')
  expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).toBe('one\ntwo\n')
})

it('keeps of long files the newest and the one before it', async () => {
  writeFileSync(join(folder, 'journal.jsonl.old'), 'older\n')
  await append('a line of many\n')
  await append('new\n')
  expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).toBe('new\n')
  expect(readFileSync(join(folder, 'journal.jsonl.old'), 'utf8')).toBe('a line of many\n')
  expect(readdirSync(folder)).toHaveLength(2)
})
