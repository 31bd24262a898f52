import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeNewFile } from './write-file.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-write-'))
  path = join(folder, 'file')
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Pieces in memory of their own, as they come from the network; each has its number in every byte. */
const piecesOf = (count: number, size: number) => Array.from({ length: count }, (_, n) => Buffer.alloc(size, n))

async function* each(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces
}

describe('a new file', () => {
  it.each([
    [0, 0],
    [1, 0],
    [1, 1],
    [5000, 1],
    [40, 65_536],
    [3, 700_000],
  ])('has all of %i pieces of %i bytes, in their order', async (count, size) => {
    const pieces = piecesOf(count, size)
    expect(await writeNewFile(path, each(pieces))).toBe(count * size)
    expect(readFileSync(path).equals(Buffer.concat(pieces))).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('has all of the pieces when their memory is given back on the way', async () => {
    const pieces = piecesOf(40, 65_536)
    const expected = Buffer.concat(pieces)
    await writeNewFile(path, each(pieces), { owned: true })
    expect(readFileSync(path).equals(expected)).toBe(true)
    expect(pieces.map(piece => piece.buffer.byteLength)).toEqual(pieces.map(() => 0))
  })

  it('leaves pieces that somebody else has too, and parts of larger ones, as they are', async () => {
    const [shared] = piecesOf(1, 1000)
    const whole = Buffer.alloc(1000, 'x')
    await writeNewFile(path, each([shared ?? whole]))
    await writeNewFile(join(folder, 'other'), each([whole.subarray(0, 600), whole.subarray(600)]), { owned: true })
    expect(shared?.length).toBe(1000)
    expect(whole.length).toBe(1000)
  })

  it('is not there when the source fails, also while a batch is being written', async () => {
    async function* failing(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(900_000)
      throw new Error('cut')
    }
    await expect(writeNewFile(path, failing())).rejects.toThrow('cut')
    expect(readdirSync(folder)).toEqual([])
  })

  it('never takes the place of one that is there', async () => {
    writeFileSync(path, 'old')
    await expect(writeNewFile(path, each(piecesOf(1, 10)))).rejects.toMatchObject({ code: 'EEXIST' })
    expect(readFileSync(path, 'utf8')).toBe('old')
  })
})
