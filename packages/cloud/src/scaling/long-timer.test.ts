import { type Clock, days, VirtualClock } from '@terrace/kit'
import { expect, it } from 'vitest'
import { at } from './long-timer.ts'

it('waits for moments that are further away than a timer of Node reaches', async () => {
  const virtual = new VirtualClock()
  const waits: number[] = []
  const clock: Clock = {
    now: () => virtual.now(),
    every: (interval, action) => virtual.every(interval, action),
    sleep: (delay, signal) => virtual.sleep(delay, signal),
    after(delay, action) {
      waits.push(delay)
      return virtual.after(delay, action)
    },
  }
  let done = 0
  const began = clock.now()
  at(clock, began + days(90), () => {
    done = clock.now()
  })
  await virtual.advance(days(91))
  expect(done - began).toBe(days(90))
  expect(Math.max(...waits)).toBeLessThan(2 ** 31)
})
