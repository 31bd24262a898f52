import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sendFile } from './send-file.ts'

const SIZE = 1_000_000
const bytes = Buffer.from(Array.from({ length: SIZE }, (_, index) => (index * 7) ^ (index >> 9)))

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-send-'))
  path = join(folder, 'file')
  writeFileSync(path, bytes)
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Takes each piece only after the next turn of the event loop, and looks at it only then. */
function slowReader() {
  const taken: Buffer[] = []
  const reader = new Writable({
    write(piece: Buffer, _encoding, done) {
      setImmediate(() => {
        taken.push(Buffer.from(piece))
        done()
      })
    },
  })
  return { reader, bytes: () => Buffer.concat(taken) }
}

describe('a file that is sent', () => {
  it.each([
    [0, SIZE - 1],
    [0, 0],
    [SIZE - 1, SIZE - 1],
    [262_143, 262_144],
    [1, 700_001],
  ])('comes from byte %i to %i', async (start, end) => {
    const target = new PassThrough()
    const got = buffer(target)
    await sendFile(path, { start, end }, target)
    target.end()
    expect((await got).equals(bytes.subarray(start, end + 1))).toBe(true)
  })

  it('is whole for each of many readers at once, however slow', async () => {
    const readers = Array.from({ length: 40 }, slowReader)
    await Promise.all(readers.map(({ reader }) => sendFile(path, { start: 0, end: SIZE - 1 }, reader)))
    expect(readers.map(reader => reader.bytes().equals(bytes))).toEqual(readers.map(() => true))
  })

  it('ends when the reader goes away, whose buffer nobody else gets', async () => {
    let held: Buffer | undefined
    const stuck = new Writable({
      write(piece: Buffer) {
        held = piece
        setImmediate(() => stuck.destroy())
      },
    })
    await expect(sendFile(path, { start: 0, end: SIZE - 1 }, stuck)).rejects.toThrow('the reader has gone')
    const before = Buffer.from(held ?? [])
    const { reader } = slowReader()
    await sendFile(path, { start: 300_000, end: SIZE - 1 }, reader)
    expect(held?.equals(before)).toBe(true)
  })

  it('fails for a reader who has gone already, and when the file is shorter than it should be', async () => {
    const gone = new PassThrough()
    gone.destroy()
    await expect(sendFile(path, { start: 0, end: 9 }, gone)).rejects.toThrow('the reader has gone')
    const { reader } = slowReader()
    await expect(sendFile(path, { start: 0, end: SIZE }, reader)).rejects.toThrow(`ends at byte ${SIZE}`)
  })
})
