import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled } from '../commands.ts'
import type { Running } from '../running.ts'
import { type Ledger, writeItems } from './ledger.ts'
import { apiOf, frontendOf, startItems } from './running.ts'

describe.skipIf(!isInstalled('nginx'))('the items when something fails (need NGINX)', () => {
  let items: Running
  beforeAll(async () => {
    // Three of each; thirty times as fast, so that what is gone is soon replaced.
    items = await startItems({ context: { environment: 'prod', rate: '1000000' }, timeScale: 30 })
  })
  afterAll(() => items?.stop())

  /** The zones where a tier serves. */
  const serving = async (tier: typeof apiOf): Promise<readonly string[]> =>
    (await tier(items)).instances
      .filter(({ health }) => health === 'healthy')
      .map(({ zone }) => zone)
      .sort()

  const more = (writes: Ledger): Promise<void> => {
    const before = writes.acknowledged.length
    return expect.poll(() => writes.acknowledged.length, { interval: 100 }).toBeGreaterThan(before + 20)
  }

  const whole = async (tier: typeof apiOf): Promise<void> =>
    expect.poll(() => serving(tier), { timeout: 90_000, interval: 250 }).toEqual(ZONES)

  it.each([
    ['a task', apiOf],
    ['an instance', frontendOf],
  ] as const)(
    'I-19: %s is killed: at most its own requests fail, it is replaced in its zone, nothing is lost',
    async (what, tier) => {
      const victim = (await tier(items)).instances[0]
      const writes = writeItems(items, `While ${what} dies`)
      await more(writes)
      for (const { pid } of victim?.processes ?? []) process.kill(pid, 'SIGKILL')
      await expect
        .poll(async () => (await tier(items)).instances.every(({ id }) => id !== victim?.id), { timeout: 90_000 })
        .toBe(true)
      await whole(tier)
      await more(writes)
      expect(await writes.settle()).toEqual([])
      expect(writes.refused.length).toBeLessThanOrEqual(20)
    },
  )

  it('I-19: a zone stops: the others take over, capacity comes back there, nothing that was acknowledged is lost', async () => {
    const writes = writeItems(items, 'While a zone is away')
    await more(writes)
    await items.cloud.zones.stop('us-east-1a')
    try {
      for (const tier of [apiOf, frontendOf]) {
        const left = async () => (await serving(tier)).filter(zone => zone !== 'us-east-1a').length
        await expect.poll(left, { timeout: 90_000, interval: 250 }).toBe(3)
      }
      // Each connection of an NGINX that led there costs one call more, which is given up after ten seconds.
      let tries = 0
      const refusedNow = async () => {
        const later = writeItems(items, `When capacity is back, ${tries++}`)
        await more(later)
        expect(await later.settle()).toEqual([])
        return later.refused.length
      }
      await expect.poll(refusedNow, { timeout: 90_000 }).toBe(0)
      expect(await writes.settle()).toEqual([])
    } finally {
      await items.cloud.zones.start('us-east-1a')
    }
  })
})

const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c']
