import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seeded } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SEGMENT_BYTES } from '../limits.ts'
import { MessageLog } from './message-log.ts'
import type { Kept } from './segment.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-log-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

class Item implements Kept {
  readonly number: number
  readonly text: string

  constructor(number: number, text: string) {
    this.number = number
    this.text = text
  }

  line(): string {
    return JSON.stringify(['item', this.number, this.text])
  }
}

/** What a log amounts to, as the next start reads it. */
function read() {
  const items = new Map<number, Item>()
  const log = new MessageLog(folder, () => '["header"]')
  log.load(([kind, number, text]) => {
    if (kind === 'gone') {
      const item = items.get(Number(number))
      if (item) log.forget(item)
      items.delete(Number(number))
    }
    if (kind !== 'item') return undefined
    const item = items.get(Number(number)) ?? new Item(Number(number), String(text))
    items.set(item.number, item)
    return item
  })
  return { log, items }
}

const sizeOnDisk = () => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)

describe('a log of messages', () => {
  it('is twice as large as what counts and some files at most, also when the oldest stays for ever', () => {
    const random = seeded('log')
    const { log, items } = read()
    const text = 'x'.repeat(20_000)
    const stays = new Item(0, text)
    log.append([stays])
    items.set(0, stays)
    for (let number = 1; number <= 5000; number++) {
      const item = new Item(number, text)
      log.append([item])
      items.set(number, item)
      if (items.size < 100) continue
      const gone = random.pick([...items.values()].slice(1))
      log.append([], [JSON.stringify(['gone', gone.number])])
      log.forget(gone)
      items.delete(gone.number)
    }
    expect(sizeOnDisk()).toBe(log.bytes)
    expect(sizeOnDisk()).toBeLessThan(2 * 100 * 20_100 + 6 * SEGMENT_BYTES)
    log.close()
    const again = read()
    expect([...again.items.keys()].sort((a, b) => a - b)).toEqual([...items.keys()].sort((a, b) => a - b))
    again.log.close()
  })

  it('keeps nothing of what does not count any more but the file that is written', () => {
    const { log } = read()
    for (let number = 0; number < 30; number++) {
      const item = new Item(number, 'x'.repeat(1_000_000))
      log.append([item])
      log.append([], [JSON.stringify(['gone', number])])
      log.forget(item)
    }
    expect(readdirSync(folder).length).toBeLessThanOrEqual(2)
    log.close()
  })

  it('goes on after a line that was cut off, which nobody was told of', () => {
    const first = read()
    first.log.append([new Item(1, 'a'), new Item(2, 'b')])
    first.log.close()
    const file = join(folder, '0000000001.log')
    appendFileSync(file, '["item",3,"cu')
    const second = read()
    expect([...second.items.keys()]).toEqual([1, 2])
    second.log.append([new Item(4, 'd')])
    second.log.close()
    expect([...read().items.keys()]).toEqual([1, 2, 4])
    expect(readFileSync(file, 'utf8')).not.toContain('cu')
  })

  it('is refused, with its file, when it holds something else', () => {
    const file = join(folder, '0000000001.log')
    writeFileSync(file, 'hello\n')
    expect(read).toThrow(expect.objectContaining({ code: 'SQS_LOG_CORRUPT', place: { file } }))
  })
})
