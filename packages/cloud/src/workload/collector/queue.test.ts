import { seconds, VirtualClock } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { DocumentQueue, MOST_OF_A_CALL, MOST_WAITING } from './queue.ts'

/** A queue whose calls are answered when `answer` is called. */
function start(size = 8192) {
  const clock = new VirtualClock()
  const sent: (readonly string[])[] = []
  const dropped: (readonly [number, number])[] = []
  let answer = () => {}
  const queue = new DocumentQueue({
    clock,
    timeout: 200,
    size,
    send: documents => {
      sent.push(documents)
      return new Promise(resolve => {
        answer = resolve
      })
    },
    dropped: (count, all) => void dropped.push([count, all]),
  })
  return { clock, queue, sent, dropped, answer: () => answer() }
}

const documents = (count: number) => Array.from({ length: count }, (_, i) => `d${i}`)

describe('the queue of the stand-in', () => {
  it('sends when its time is up, or when there are enough, at most 50 a call and one call after the other', async () => {
    const { clock, queue, sent, answer } = start(60)
    queue.add(documents(1))
    await clock.advance(199)
    expect(sent).toEqual([])
    await clock.advance(1)
    expect(sent).toEqual([['d0']])
    queue.add(documents(60))
    expect(sent).toHaveLength(1)
    answer()
    await expect.poll(() => sent.length).toBe(2)
    expect(sent[1]).toHaveLength(MOST_OF_A_CALL)
  })

  it('is bounded: the oldest go, and how many is told every ten seconds', async () => {
    const { clock, queue, sent, dropped, answer } = start(1)
    queue.add(['first'])
    queue.add(documents(MOST_WAITING + 7))
    queue.add(['last'])
    await clock.advance(seconds(10))
    expect(dropped).toEqual([[8, 8]])
    answer()
    await expect.poll(() => sent.length).toBe(2)
    expect(sent[1]?.[0]).toBe('d8')
  })

  it('is empty after a flush', async () => {
    const { queue, sent, answer } = start()
    queue.add(documents(2))
    const flushed = queue.flush()
    answer()
    await flushed
    expect(sent).toEqual([['d0', 'd1']])
  })
})
