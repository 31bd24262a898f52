import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { InboxMessage } from '@terrace/control'
import { nodesOf } from '@terrace/model'
import { type Running, type RunOptions, startSystem } from '../running.ts'
import { Customer } from './customer.ts'

export type Mistake = 'none' | 'narrow-endpoint' | 'schema-race' | 'not-ready'

export interface ShopOptions extends Omit<RunOptions, 'context'> {
  readonly mistake?: Mistake
}

/** The shop, running in the process of the test. */
export const startShop = ({ mistake = 'none', ...options }: ShopOptions = {}): Promise<Running> =>
  startSystem('shop', { ...options, embedded: 'never', context: { mistake } })

/** How clients of AWS reach the system as the account's administrator. */
export const administrator = ({ cloud }: Running) => ({
  endpoint: cloud.urls.aws ?? '',
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})

/** The first operator, logged in with the password that only Parameter Store knows. */
export async function operatorOf(running: Running): Promise<Customer> {
  const ssm = new SSMClient(administrator(running))
  const Name = '/shop/operator/password'
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }))
  ssm.destroy()
  return Customer.logIn(running.site, 'operator@shop.localhost', Parameter?.Value ?? '')
}

/** The URL of the queue of orders, or of the one beside it for dead letters. */
export function queueUrl({ architecture }: Running, which: 'orders' | 'dead letters'): string {
  const queue = nodesOf(architecture, 'queue').find(({ name }) => name.includes('DeadLetters') === (which !== 'orders'))
  if (!queue) throw new Error(`the shop has no queue for ${which}`)
  return queue.url
}

/** The confirmations that have arrived, by the order that they are about. */
export async function confirmations({ cloud }: Running): Promise<ReadonlyMap<string, readonly InboxMessage[]>> {
  const inbox = await cloud.inbox()
  const mails = await Promise.all(inbox.list().map(({ id }) => inbox.read(id)))
  return Map.groupBy(
    mails.filter(mail => orderOf(mail) !== undefined),
    mail => orderOf(mail) ?? '',
  )
}

/** A header field of a mail. */
export const header = (mail: InboxMessage, wanted: string): string | undefined =>
  mail.headers.find(({ name }) => name.toLowerCase() === wanted)?.value

const orderOf = (mail: InboxMessage): string | undefined => header(mail, 'x-order-id')
