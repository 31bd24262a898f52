import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { type QueueProcess, startQueueProcess } from './testing-child.ts'

const URL = 'https://sqs.us-east-1.amazonaws.com/123456789012'
const STANDARD = `${URL}/orders`
const FIFO = `${URL}/steps.fifo`

export interface LedgerOptions {
  /** Of each of the two queues; a multiple of ten. */
  readonly messages: number
  /** Of the FIFO queue. */
  readonly groups: number
}

interface Kills {
  readonly kills: number
  /** After how many acknowledged calls the process is killed next. */
  readonly untilKill: () => number
}

/**
 * Sends messages to a standard and a FIFO queue, receives and deletes them, all at once and by tens, while the process that
 * serves it is killed; and keeps the books on what a client was told.
 */
export class Ledger {
  readonly #state: string
  readonly #options: LedgerOptions
  readonly #accepted = new Set<string>()
  /** By id: which acknowledged delete it was, counted from 1. */
  readonly #deleted = new Map<string, number>()
  /** Their delete was not answered: they may be gone. */
  readonly #maybeDeleted = new Set<string>()
  /** The last number of each group that was received for the first time. */
  readonly #newest = new Map<string, number>()
  /** The one that runs, or the one that is being started after a kill. */
  #process: Promise<QueueProcess>
  #acknowledged = 0
  #producing = 2
  #outOfOrder = 0
  #broughtBack = 0
  #onAcknowledged = () => {}

  constructor(state: string, options: LedgerOptions) {
    this.#state = state
    this.#options = options
    this.#process = startQueueProcess(state)
  }

  get accepted(): number {
    return this.#accepted.size
  }

  /** Runs until everything that was accepted is deleted, or nothing comes any more. */
  async run({ kills, untilKill }: Kills): Promise<void> {
    await this.#create()
    const work = Promise.all([
      this.#produce(STANDARD),
      this.#produce(FIFO),
      this.#consume(STANDARD),
      this.#consume(FIFO),
    ])
    for (let i = 0; i < kills && this.#producing > 0; i++) {
      await this.#afterCalls(untilKill())
      this.#process = this.#restart(await this.#process)
      await this.#process
    }
    await work
    await (await this.#process).kill()
  }

  findings(): { readonly lost: number; readonly broughtBack: number; readonly outOfOrder: number } {
    return { lost: this.#outstanding(), broughtBack: this.#broughtBack, outOfOrder: this.#outOfOrder }
  }

  #outstanding(): number {
    return [...this.#accepted].filter(id => !this.#deleted.has(id) && !this.#maybeDeleted.has(id)).length
  }

  async #restart(before: QueueProcess): Promise<QueueProcess> {
    await before.kill()
    return await startQueueProcess(this.#state)
  }

  async #create(): Promise<void> {
    // What was in flight at a kill comes back soon.
    const Attributes = { VisibilityTimeout: '2' }
    const fifo = { ...Attributes, FifoQueue: 'true' }
    await this.#call(client => client.send(new CreateQueueCommand({ QueueName: 'orders', Attributes })))
    await this.#call(client => client.send(new CreateQueueCommand({ QueueName: 'steps.fifo', Attributes: fifo })))
  }

  /** Sends the same batch until it is accepted: what is numbered is accepted in order. */
  async #produce(QueueUrl: string): Promise<void> {
    for (let first = 0; first < this.#options.messages; first += 10) {
      const Entries = Array.from({ length: 10 }, (_, i) => this.#entry(QueueUrl, first + i))
      const { Successful = [] } = await this.#call(client =>
        client.send(new SendMessageBatchCommand({ QueueUrl, Entries })),
      )
      for (const { MessageId = '' } of Successful) this.#accepted.add(MessageId)
    }
    this.#producing--
  }

  #entry(QueueUrl: string, number: number) {
    const group = number % this.#options.groups
    const MessageBody = `${group} ${Math.floor(number / this.#options.groups)}`
    const fifo = { MessageGroupId: `${group}`, MessageDeduplicationId: `${number}` }
    return { Id: `${number}`, MessageBody, ...(QueueUrl === FIFO ? fifo : {}) }
  }

  async #consume(QueueUrl: string): Promise<void> {
    for (let empty = 0; this.#producing > 0 || empty === 0 || (empty < 4 && this.#outstanding() > 0); ) {
      const deletedBefore = this.#deleted.size
      const { Messages = [] } = await this.#call(client =>
        client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 })),
      )
      empty = Messages.length > 0 ? 0 : empty + 1
      for (const { MessageId = '' } of Messages) {
        if ((this.#deleted.get(MessageId) ?? Number.POSITIVE_INFINITY) <= deletedBefore) this.#broughtBack++
      }
      if (QueueUrl === FIFO) this.#checkOrder(Messages)
      await this.#delete(QueueUrl, Messages)
    }
  }

  #checkOrder(messages: readonly Message[]): void {
    for (const { Body = '' } of messages) {
      const [group = '', text] = Body.split(' ')
      const number = Number(text)
      const newest = this.#newest.get(group) ?? -1
      if (number > newest + 1) this.#outOfOrder++
      this.#newest.set(group, Math.max(newest, number))
    }
  }

  async #delete(QueueUrl: string, messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return
    const Entries = messages.map(({ ReceiptHandle = '' }, i) => ({ Id: `${i}`, ReceiptHandle }))
    try {
      const { client } = await this.#process
      const { Successful = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
      for (const { Id } of Successful) this.#markDeleted(messages[Number(Id)]?.MessageId ?? '')
      this.#countCall()
    } catch {
      for (const { MessageId = '' } of messages) this.#maybeDeleted.add(MessageId)
    }
  }

  #markDeleted(id: string): void {
    if (!this.#deleted.has(id)) this.#deleted.set(id, this.#deleted.size + 1)
  }

  /** Again and again until it is answered: meanwhile the process may end and another begin. */
  async #call<T>(send: (client: SQSClient) => Promise<T>): Promise<T> {
    for (;;) {
      const { client } = await this.#process
      try {
        const answer = await send(client)
        this.#countCall()
        return answer
      } catch (error) {
        const status: unknown = Reflect.get(Object(Reflect.get(Object(error), '$metadata')), 'httpStatusCode')
        // An answer, though none that was expected.
        if (typeof status === 'number') throw error
        await new Promise(resolve => setImmediate(resolve))
      }
    }
  }

  #countCall(): void {
    this.#acknowledged++
    this.#onAcknowledged()
  }

  async #afterCalls(count: number): Promise<void> {
    const until = this.#acknowledged + count
    await new Promise<void>(resolve => {
      this.#onAcknowledged = () => {
        if (this.#acknowledged >= until || this.#producing === 0) resolve()
      }
    })
  }
}
