import { seconds, VirtualClock } from '@terrace/kit'
import { expect, it } from 'vitest'
import { Proposals } from './proposals.ts'

it('lets the largest of the capacities win that are wanted within the span, and begins anew after it', async () => {
  const clock = new VirtualClock()
  const decided: string[] = []
  const proposals = new Proposals<{ capacity: number; by: string }>(clock, seconds(4), ({ by }) => decided.push(by))
  proposals.add({ capacity: 3, by: 'a' })
  await clock.advance(seconds(3))
  proposals.add({ capacity: 5, by: 'b' })
  proposals.add({ capacity: 5, by: 'c' })
  await clock.advance(seconds(1))
  expect(decided).toEqual(['b'])
  proposals.add({ capacity: 1, by: 'd' })
  await clock.advance(seconds(4))
  expect(decided).toEqual(['b', 'd'])
  proposals.add({ capacity: 1, by: 'e' })
  proposals.stop()
  await clock.advance(seconds(10))
  expect(decided).toEqual(['b', 'd'])
})
