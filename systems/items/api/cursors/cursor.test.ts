import { jsonLogger, minutes, seconds, seeded, VirtualClock } from '@terrace/kit'
import { LogLines } from '@terrace/service/testing'
import { describe, expect, it } from 'vitest'
import { readCursor, writeCursor } from './cursor.ts'
import { RotatingKeys } from './rotating-keys.ts'

const PLACE = '2026-11-22T00:00:00.000Z#3b0fda0e-6a5f-4b7c-9d2a-0d6c1f0a1b2c'

/** Keys of a secret that can be rotated and broken, and how often it was read. */
async function keysOf(...texts: [string, ...string[]]) {
  const clock = new VirtualClock()
  const log = new LogLines()
  const secret = { texts, reads: 0, broken: false }
  const read = async (): Promise<[string, ...string[]]> => {
    secret.reads += 1
    if (secret.broken) throw new Error('denied')
    return secret.texts
  }
  const keys = new RotatingKeys(read, clock, jsonLogger(clock, log.write))
  await keys.load()
  return { keys, secret, clock, log }
}

const refused = { status: 400, message: expect.stringContaining('This is no cursor of this list') }

describe('cursors', () => {
  it('lead back to the place that they were made of, for the same query alone', async () => {
    const { keys } = await keysOf('first key')
    const cursor = writeCursor(keys, PLACE, 'apple')
    expect(cursor).toMatch(/^[\w.-]+$/)
    expect(await readCursor(keys, cursor, 'apple')).toBe(PLACE)
    for (const query of ['', 'apples', 'Apple'])
      await expect(readCursor(keys, cursor, query)).rejects.toMatchObject(refused)
  })

  it('are refused when any character was changed, left out or added, and when they are something else', async () => {
    const { keys, clock } = await keysOf('first key')
    const cursor = writeCursor(keys, PLACE, '')
    const random = seeded(1)
    const forged = new Set(['', '.', '..', 'null', `${cursor}x`, `x${cursor}`, '💥', `${cursor}.${cursor}`])
    for (let index = 0; index < cursor.length; index++) {
      forged.add(cursor.slice(0, index) + cursor.slice(index + 1))
      for (const other of [random.pick([...'abcXYZ019_-']), '.', '%', 'é'])
        if (other !== cursor[index]) forged.add(cursor.slice(0, index) + other + cursor.slice(index + 1))
    }
    for (const text of forged) {
      // The last character of a part has bits that mean nothing: that spelling says the same.
      const same = decoded(text) === decoded(cursor) && text.length === cursor.length
      await clock.advance(seconds(6))
      const reading = readCursor(keys, text, '')
      if (same) expect([text, await reading]).toEqual([text, PLACE])
      else await expect(reading, text).rejects.toMatchObject(refused)
    }
    expect(forged.size).toBeGreaterThan(200)
  })

  it('of the previous key are good, new ones are signed with the current one, older ones are refused', async () => {
    const { keys, secret, clock } = await keysOf('key 1')
    const first = writeCursor(keys, PLACE, '')
    secret.texts = ['key 2', 'key 1']
    await clock.advance(minutes(1))
    await keys.refresh()
    const second = writeCursor(keys, PLACE, '')
    expect(second.slice(0, 8)).not.toBe(first.slice(0, 8))
    for (const cursor of [first, second]) expect(await readCursor(keys, cursor, '')).toBe(PLACE)
    secret.texts = ['key 3', 'key 2']
    await clock.advance(minutes(1))
    await keys.refresh()
    expect(await readCursor(keys, second, '')).toBe(PLACE)
    await expect(readCursor(keys, first, '')).rejects.toMatchObject(refused)
  })

  it('of a key that is not known yet make the secret be read, once in five seconds however many come', async () => {
    const { keys, secret, clock } = await keysOf('key 1')
    const other = await keysOf('key 2', 'key 1')
    const cursor = writeCursor(other.keys, PLACE, '')
    secret.texts = ['key 2', 'key 1']
    await clock.advance(seconds(10))
    expect(await Promise.all([1, 2, 3].map(() => readCursor(keys, cursor, '')))).toEqual([PLACE, PLACE, PLACE])
    expect(secret.reads).toBe(2)
    const unknown = writeCursor((await keysOf('nobody’s key')).keys, PLACE, '')
    for (let time = 0; time < 50; time++) await expect(readCursor(keys, unknown, '')).rejects.toMatchObject(refused)
    expect(secret.reads).toBe(2)
    await clock.advance(seconds(5))
    await expect(readCursor(keys, unknown, '')).rejects.toMatchObject(refused)
    expect(secret.reads).toBe(3)
  })

  it('go on with what was read last when the secret can’t be read, and say so once', async () => {
    const { keys, secret, clock, log } = await keysOf('key 1')
    const cursor = writeCursor(keys, PLACE, '')
    secret.broken = true
    for (let time = 0; time < 3; time++) {
      await clock.advance(minutes(1))
      await keys.refresh()
    }
    expect(await readCursor(keys, cursor, '')).toBe(PLACE)
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })
})

/** The bytes of the place and the signature. */
const decoded = (cursor: string): string => {
  const [key = '', ...parts] = cursor.split('.')
  return [key, ...parts.map(part => Buffer.from(part, 'base64url').toString('hex'))].join()
}
