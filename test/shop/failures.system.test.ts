import { PutAccountSendingAttributesCommand, SESv2Client } from '@aws-sdk/client-sesv2'
import { SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, it, vi } from 'vitest'
import { isInstalled } from '../commands.ts'
import { type Purchases, startPurchases } from './purchases.ts'
import { administrator, operatorOf, queueUrl, startShop } from './running.ts'

/** Resolves when so many more orders have been acknowledged. */
const more = (purchases: Purchases, orders = 20): Promise<void> => {
  const before = purchases.count
  return vi.waitFor(() => expect(purchases.count).toBeGreaterThanOrEqual(before + orders), { timeout: 60_000 })
}

const installed = isInstalled('mariadbd') && isInstalled('nginx')

describe.skipIf(!installed)('purchases go on, none is lost and none doubled (needs MariaDB and NGINX)', () => {
  // These two at the same time: most of theirs is the thirty seconds after which a message is seen again.
  it.concurrent('S-19: while a zone stops, with the primary database in it', async () => {
    await using shop = await startShop()
    const { cloud } = shop
    const { database } = await cloud.status()
    const lost = database?.members.find(({ role }) => role === 'primary')?.zone ?? ''
    const purchases = await startPurchases(shop)
    await more(purchases)
    const failedOver = cloud.journal.next(entry => entry.kind === 'rds.failover.completed')
    await cloud.zones.stop(lost)
    await failedOver
    await more(purchases)
    await purchases.settle()
  })

  it.concurrent('S-16: while a worker is killed', async () => {
    await using shop = await startShop()
    const purchases = await startPurchases(shop)
    await more(purchases)
    const { tiers } = await shop.cloud.status()
    const workers = tiers.flatMap(({ instances }) =>
      instances.flatMap(({ processes }) => (processes ?? []).filter(({ name }) => name === 'worker')),
    )
    expect(workers).toHaveLength(2)
    for (const { pid } of workers) process.kill(pid, 'SIGKILL')
    await more(purchases)
    await purchases.settle()
  })

  it('S-03: while SES refuses: orders are accepted, and confirmed when it sends again', async () => {
    await using shop = await startShop()
    const ses = new SESv2Client(administrator(shop))
    const purchases = await startPurchases(shop)
    await ses.send(new PutAccountSendingAttributesCommand({ SendingEnabled: false }))
    await more(purchases)
    await purchases.stop()
    const operator = await operatorOf(shop)
    expect(await operator.get('/api/operations/orders?state=accepted&limit=1')).not.toEqual([])
    await ses.send(new PutAccountSendingAttributesCommand({ SendingEnabled: true }))
    await purchases.settle()
    ses.destroy()
  })

  it('S-16: while the queue is away: orders are accepted, and sent on when it is back', async () => {
    await using shop = await startShop()
    const sqs = new SQSClient(administrator(shop))
    const QueueUrl = queueUrl(shop, 'orders')
    const setPolicy = (Policy: string) => sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }))
    const purchases = await startPurchases(shop)
    await setPolicy(JSON.stringify(NOBODY))
    await more(purchases)
    await purchases.stop()
    await setPolicy('')
    await purchases.settle()
    sqs.destroy()
  })
})

const NOBODY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: ['sqs:SendMessage', 'sqs:ReceiveMessage'], Resource: '*' }],
}
