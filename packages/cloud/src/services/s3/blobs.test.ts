import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { secureRandom } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Blobs } from './blobs.ts'

let folder: string
let blobs: Blobs

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-blobs-'))
  blobs = new Blobs(folder, secureRandom)
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const write = (text: string) => blobs.write(Readable.from([Buffer.from(text)]))
const textOf = async (stream: Readable) => Buffer.concat(await stream.toArray()).toString()

describe('blobs', () => {
  it('stay for who reads them already, and go when he is done', async () => {
    const parts = [await write('one '), await write('two '), await write('three')]
    const stream = blobs.read(parts)
    blobs.remove(parts)
    expect(await textOf(stream)).toBe('one two three')
    await expect.poll(() => readdirSync(folder)).toEqual([])
  })

  it('go also when a reader gives up', async () => {
    const part = await write('text')
    const stream = blobs.read([part])
    blobs.remove([part])
    stream.destroy()
    await expect.poll(() => readdirSync(folder)).toEqual([])
  })

  it.each([
    [0, 11, 'one two thre'],
    [3, 4, ' t'],
    [4, 7, 'two '],
    [12, 12, 'e'],
    [0, 100, 'one two three'],
  ])('are read from %i to %i as one', async (start, end, expected) => {
    const parts = [await write('one '), await write('two '), await write(''), await write('three')]
    expect(await textOf(blobs.read(parts, { start, end }))).toBe(expected)
  })

  it('leave nothing when the source fails', async () => {
    async function* failing(): AsyncGenerator<Buffer> {
      yield Buffer.from('half')
      throw new Error('cut')
    }
    await expect(blobs.write(failing())).rejects.toThrow('cut')
    expect(readdirSync(folder)).toEqual([])
  })
})
