import { describe, expect, it } from 'vitest'
import { isInstalled } from '../commands.ts'
import { call } from '../http.ts'
import { missingFrom, writeBooks } from './ledger.ts'
import { type RunningLibrary, startLibrary } from './running.ts'

const memberZone = async ({ cloud }: RunningLibrary, role: string) =>
  (await cloud.status()).database?.members.find(member => member.role === role)?.zone ?? ''

describe.skipIf(!isInstalled('mariadbd'))('the loss of a zone (needs MariaDB)', () => {
  it('L-21: with the primary in it: no acknowledged write is lost, capacity comes back in the other zone', async () => {
    await using library = await startLibrary()
    const { cloud, api } = library
    const lost = await memberZone(library, 'primary')
    const writes = writeBooks(api)
    const failedOver = cloud.journal.next(entry => entry.kind === 'rds.failover.completed')
    const replaced = cloud.journal.next(entry => entry.kind === 'elbv2.healthy')
    await cloud.zones.stop(lost)
    await Promise.all([failedOver, replaced])
    expect(await memberZone(library, 'primary')).not.toBe(lost)
    const before = writes.acknowledged.length
    await expect.poll(() => writes.acknowledged.length).toBeGreaterThan(before + 20)
    await writes.stop()
    expect(await missingFrom(api, writes.acknowledged)).toEqual([])
    const { tiers, zones } = await cloud.status()
    expect(zones).toContainEqual({ name: lost, state: 'stopped' })
    const inService = tiers[0]?.instances.filter(({ state }) => state === 'InService') ?? []
    expect(new Set(inService.map(({ zone }) => zone))).not.toContain(lost)
    expect(inService).toHaveLength(2)

    const rejoined = cloud.journal.next(entry => entry.kind === 'rds.synchronous')
    await cloud.zones.start(lost)
    await rejoined
    expect(await memberZone(library, 'standby')).toBe(lost)
    expect((await call(`${api}/readyz`)).status).toBe(200)
  })

  it('L-21: with the standby in it: writes go on after a moment, and the journal says degraded', async () => {
    await using library = await startLibrary()
    const { cloud, api } = library
    const lost = await memberZone(library, 'standby')
    const writes = writeBooks(api)
    const degraded = cloud.journal.next(entry => entry.message.includes('degraded'))
    await cloud.zones.stop(lost)
    await degraded
    const before = writes.acknowledged.length
    await expect.poll(() => writes.acknowledged.length).toBeGreaterThan(before + 20)
    await writes.stop()
    expect(await missingFrom(api, writes.acknowledged)).toEqual([])
  })
})

describe('a launch in a zone that is stopped', () => {
  it('fails for lack of capacity, in the words of EC2, and the group uses the other zone', async () => {
    await using library = await startLibrary({ embedded: 'forced' })
    const { cloud } = library
    const refused = cloud.journal.next(entry => /do not have sufficient t2\.micro capacity/.test(entry.message))
    const before = (await cloud.status()).tiers.flatMap(({ instances }) => instances.map(({ id }) => id))
    const replaced = cloud.journal.next(
      ({ kind, details }) => kind === 'elbv2.healthy' && !before.includes(String(details?.target)),
    )
    await cloud.zones.stop('us-east-1a')
    await Promise.all([refused, replaced])
    const { tiers } = await cloud.status()
    const healthy = tiers[0]?.instances.filter(({ health }) => health === 'healthy').map(({ zone }) => zone)
    expect(healthy).toEqual(['us-east-1b', 'us-east-1b'])
  })
})
