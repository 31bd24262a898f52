import { ECSClient, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs'
import { describe, expect, it } from 'vitest'
import { isInstalled } from '../commands.ts'
import type { Running } from '../running.ts'
import { missingFrom, writeNotes } from './ledger.ts'
import { startNotes } from './running.ts'

const CAN_RUN = isInstalled('mariadbd') && isInstalled('nginx')

const tasksOf = async ({ cloud }: Running) =>
  (await cloud.status()).tiers.find(({ name }) => name.includes('App'))?.instances ?? []

describe.skipIf(!CAN_RUN)('notes that were acknowledged (needs MariaDB and NGINX)', () => {
  it('N-11: are all there after every task was replaced, one after the other, during writes', async () => {
    await using notes = await startNotes({ timeScale: 10 })
    const { cloud, site } = notes
    const before = (await tasksOf(notes)).map(({ id }) => id)
    const ecs = new ECSClient({
      endpoint: cloud.urls.aws ?? '',
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    })
    const [cluster] = notes.architecture.nodes.filter(({ kind }) => kind === 'cluster')
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: cluster?.physicalId }))
    const writes = writeNotes(site)
    for (const task of taskArns) {
      const steady = cloud.journal.next(entry => entry.message.includes('has reached a steady state'))
      await ecs.send(new StopTaskCommand({ cluster: cluster?.physicalId, task, reason: 'replaced by a test' }))
      await steady
    }
    const count = writes.acknowledged.length
    await expect.poll(() => writes.acknowledged.length).toBeGreaterThan(count + 20)
    await writes.stop()
    const after = (await tasksOf(notes)).filter(({ health }) => health === 'healthy').map(({ id }) => id)
    expect(after).toHaveLength(2)
    expect(after.filter(id => before.includes(id))).toEqual([])
    // The title that nobody wrote shows that a loss would be seen.
    expect(await missingFrom(site, [...writes.acknowledged, 'Never written'])).toEqual(['Never written'])
  })

  it('N-11: are all there after the zone of the primary fell silent, and the name leads to the other NGINX alone', async () => {
    await using notes = await startNotes()
    const { cloud, site } = notes
    const zone = (await cloud.status()).database?.members.find(({ role }) => role === 'primary')?.zone ?? ''
    const writes = writeNotes(site)
    await expect.poll(() => writes.acknowledged.length).toBeGreaterThan(20)
    const failedOver = cloud.journal.next(({ kind }) => kind === 'rds.failover.completed')
    const leftOut = cloud.journal.next(({ kind }) => kind === 'route53.unhealthy')
    await cloud.zones.stop(zone)
    await Promise.all([failedOver, leftOut])
    const count = writes.acknowledged.length
    await expect.poll(() => writes.acknowledged.length).toBeGreaterThan(count + 50)
    await writes.stop()
    // The title that nobody wrote shows that a loss would be seen.
    expect(await missingFrom(site, [...writes.acknowledged, 'Never written'])).toEqual(['Never written'])
  })
})
