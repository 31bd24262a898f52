import { seconds, VirtualClock } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { Watch } from './watch.ts'

/** A thing that is looked at again after these waits, one after the other. */
function thing(...waits: readonly number[]) {
  const looks: number[] = []
  return {
    looks,
    look(now: number) {
      const wait = waits[looks.length]
      looks.push(now)
      return wait === undefined ? undefined : now + wait
    },
  }
}

describe('a watch', () => {
  it('looks when it was told, and again when the thing says so', async () => {
    const clock = new VirtualClock()
    const watch = new Watch(clock)
    const start = clock.now()
    const one = thing(seconds(3))
    watch.begin(one, start + seconds(10))
    await clock.advance(seconds(60))
    expect(one.looks.map(at => at - start)).toEqual([seconds(10), seconds(13)])
  })

  it('never looks later than the thing it has now allows, whatever the one before had', async () => {
    const clock = new VirtualClock()
    const watch = new Watch(clock)
    const start = clock.now()
    const [before, after] = [thing(), thing()]
    watch.begin(before, start + seconds(60))
    watch.end(before)
    watch.begin(after, start + seconds(10))
    await clock.advance(seconds(10))
    expect(before.looks).toEqual([])
    expect(after.looks.map(at => at - start)).toEqual([seconds(10)])
  })

  it('looks at nothing that is over, and stays quiet once it is closed', async () => {
    const clock = new VirtualClock()
    const watch = new Watch(clock)
    const [over, closed] = [thing(), thing()]
    watch.begin(over, clock.now() + seconds(1))
    watch.end(over)
    await clock.advance(seconds(5))
    watch.begin(closed, clock.now() + seconds(1))
    watch.close()
    await clock.advance(seconds(5))
    expect([...over.looks, ...closed.looks]).toEqual([])
  })
})
