import { describe, expect, it } from 'vitest'
import { addLines, byHour, emptyTally } from './line-fields.ts'

/** A line of 33 fields with these values. */
function line(at: string, method: string, status: number, sent: number, received: number): string {
  const values = Array.from({ length: 33 }, () => '-')
  const [date = '', time = ''] = at.split(' ')
  Object.assign(values, { 0: date, 1: time, 3: sent, 5: method, 8: status, 10: 'Agent/99', 17: received })
  return `${values.join('\t')}\n`
}

const bytes = (...lines: readonly string[]) => Buffer.from(lines.join(''))

describe('lines of standard logs', () => {
  it('are counted by status, bytes and method', () => {
    const tally = emptyTally()
    const at = '2026-11-22 09:00:00'
    addLines(tally, bytes(line(at, 'GET', 200, 1000, 50), line(at, 'POST', 404, 20, 700)))
    addLines(tally, bytes(line(at, 'PUT', 503, 3, 7), line(at, 'PATCH', 200, 4, 9000), line(at, 'HEAD', 0, 0, 5)))
    expect(tally).toEqual({ requests: 5, downloaded: 1027, uploaded: 707, clientErrors: 1, serverErrors: 1 })
  })

  it('are cut by the hour, in their order', () => {
    const first = line('2026-11-22 09:59:59', 'GET', 200, 1, 1)
    const second = line('2026-11-22 10:00:00', 'GET', 404, 1, 1)
    const hours = byHour(bytes(first, first, second, first))
    expect([...hours].map(([hour, texts]) => [hour, Buffer.concat(texts).toString()])).toEqual([
      ['2026-11-22-09', first + first + first],
      ['2026-11-22-10', second],
    ])
  })
})
