import { VirtualClock } from '@terrace/kit'
import { expect, it } from 'vitest'
import { heartbeat, type Loss } from './heartbeat.ts'

/** Runs a heartbeat on a virtual clock for a while. @returns the losses, each with its moment */
async function beatFor(milliseconds: number, probe: (now: number) => Promise<void>) {
  const clock = new VirtualClock()
  const begun = clock.now()
  const losses: (Loss & { readonly at: number })[] = []
  const stop = heartbeat({
    clock,
    probe: () => probe(clock.now() - begun),
    onLost: loss => losses.push({ ...loss, at: clock.now() - begun }),
  })
  for (let elapsed = 0; elapsed < milliseconds; elapsed += 50) {
    await clock.advance(50)
  }
  stop()
  return losses
}

const silence = () => new Promise<void>(() => {})

it('a server that answers is not lost', async () => {
  expect(await beatFor(60_000, async () => {})).toEqual([])
})

it('a server that falls silent is lost within 1.75 s, once', async () => {
  const losses = await beatFor(60_000, now => (now < 5000 ? Promise.resolve() : silence()))
  expect(losses).toMatchObject([{ kind: 'silent' }])
  expect(losses[0]?.at).toBeGreaterThan(5000 + 1250)
  expect(losses[0]?.at).toBeLessThanOrEqual(5000 + 1750)
})

it('a server that refuses is lost after the third refusal in a row', async () => {
  let asked = 0
  const losses = await beatFor(5000, async () => {
    asked++
    if (asked !== 3) throw new Error(`refusal ${asked}`)
  })
  expect(losses).toMatchObject([{ kind: 'refuses', because: 'refusal 6' }])
  expect(asked).toBe(6)
})
