import { minutes, seconds, VirtualClock } from '@terrace/kit'
import { expect, it } from 'vitest'
import type { Gate, Tier } from './gate.ts'
import { type Guarded, guard } from './guard.ts'

const COMPLETE: Tier = { desired: 2, serving: 2, launching: 0 }
const GROWING: Tier = { desired: 2, serving: 1, launching: 1 }

/** A tier of which a test tells what it looks like. */
class Told implements Guarded {
  tier: Tier = COMPLETE
  looks = 0
  readonly written: Gate['state'][] = []
  #gate: Gate = { state: 'open' }

  async look(): Promise<Tier> {
    this.looks += 1
    return this.tier
  }

  async gate(): Promise<Gate> {
    return this.#gate
  }

  async write(gate: Gate): Promise<void> {
    this.#gate = gate
    this.written.push(gate.state)
  }
}

it('Q-13: the gate opens within seconds after the new instances serve, not at the next minute', async () => {
  const clock = new VirtualClock()
  const told = new Told()
  told.tier = GROWING
  const found = guard(told, clock, minutes(1))
  await clock.advance(seconds(12))
  expect(told.written).toEqual(['restricted'])
  told.tier = COMPLETE
  await clock.advance(seconds(5))
  expect((await found).gate).toEqual({ state: 'open' })
  expect(told.written).toEqual(['restricted', 'open'])
})

it('Q-13: a tier that is complete is looked at once', async () => {
  const told = new Told()
  await guard(told, new VirtualClock(), minutes(1))
  expect([told.looks, told.written]).toEqual([1, []])
})

it('Q-13: a tier that grows for longer is left to the next call, within the time that a function has', async () => {
  const clock = new VirtualClock()
  const told = new Told()
  told.tier = GROWING
  const found = guard(told, clock, seconds(45))
  await clock.advance(seconds(45))
  expect((await found).gate.state).toBe('restricted')
  expect(told.looks).toBe(10)
})
