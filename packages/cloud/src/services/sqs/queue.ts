import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { NamedPolicy } from '../../identity/evaluate.ts'
import type { World } from '../../world.ts'
import { COMPUTED, type QueueAttributes, withAttributes } from './attributes.ts'
import { type QueueDefinition, removeDefinition, writeDefinition } from './definition.ts'
import { MessageQueue } from './message-queue.ts'
import { arnOf, urlOf } from './names.ts'
import { settingsOf } from './settings.ts'

/** What a queue knows of the other ones. */
export interface Neighbours {
  /** The messages of the queue with that ARN. */
  messagesOf(arn: string): MessageQueue | undefined
}

type Surroundings = Pick<World, 'architecture' | 'journal' | 'realtime'>

/** One queue: its definition, kept in a file, and its messages. */
export class Queue {
  readonly messages: MessageQueue
  readonly #world: Surroundings
  readonly #folder: string
  #definition: QueueDefinition

  /** @throws TerraceError SQS_LOG_CORRUPT */
  constructor(world: Surroundings, folder: string, definition: QueueDefinition, neighbours: Neighbours) {
    this.#world = world
    this.#folder = folder
    this.#definition = definition
    this.messages = new MessageQueue({
      id: definition.id,
      name: definition.name,
      arn: this.arn,
      folder: join(folder, 'messages'),
      settings: settingsOf(definition.attributes),
      clock: world.realtime,
      deadLetterQueue: () => {
        const target = this.messages.settings.redrive?.deadLetterTargetArn
        return target === undefined ? undefined : neighbours.messagesOf(target)
      },
      onDeadLetters: count => this.#tellOfDeadLetters(count),
    })
  }

  get name(): string {
    return this.#definition.name
  }

  get arn(): string {
    return arnOf(this.#world.architecture, this.name)
  }

  get url(): string {
    return urlOf(this.#world.architecture, this.name)
  }

  /** The resource of the template that it is. */
  get node(): string | undefined {
    return this.#definition.node
  }

  get fifo(): boolean {
    return this.messages.settings.fifo
  }

  get tags(): Readonly<Record<string, string>> {
    return this.#definition.tags
  }

  /** Those that are set. */
  get attributes(): QueueAttributes {
    return this.#definition.attributes
  }

  /** As the authorizer wants it. */
  get policy(): NamedPolicy | undefined {
    const { policy } = this.messages.settings
    return policy && { name: `the policy of queue ${this.name}`, document: policy }
  }

  /** Some of its attributes, or all of them; those that it doesn't have are left out. */
  describe(wanted: readonly string[]): QueueAttributes {
    const all = wanted.includes('All')
    const computed = all || wanted.some(name => COMPUTED.includes(name)) ? this.#computed() : {}
    const entries = Object.entries({ ...this.attributes, ...computed })
    return Object.fromEntries(entries.filter(([name]) => all || wanted.includes(name)))
  }

  /** @throws InvalidAttributeName, InvalidAttributeValue */
  setAttributes(given: QueueAttributes): void {
    const attributes = withAttributes(given, this.fifo, this.attributes)
    if (isDeepStrictEqual(attributes, this.attributes)) return
    this.#change({ attributes, modifiedAt: this.#world.realtime.now() })
    this.messages.settings = settingsOf(attributes)
  }

  setTags(tags: Readonly<Record<string, string>>): void {
    this.#change({ tags })
  }

  /** It is this resource of the template. */
  setNode(node: string): void {
    if (this.node !== node) this.#change({ node })
  }

  close(): void {
    this.messages.close()
  }

  /** Forgets it with its messages. */
  delete(): void {
    this.close()
    // First what makes it a queue: an end in between leaves nothing that comes back.
    removeDefinition(this.#folder)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #change(changed: Partial<QueueDefinition>): void {
    const definition = { ...this.#definition, ...changed }
    writeDefinition(this.#folder, definition)
    this.#definition = definition
  }

  #computed(): QueueAttributes {
    const { visible, inFlight, delayed } = this.messages.depth()
    const seconds = (at: number) => String(Math.floor(at / 1000))
    return {
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesDelayed: String(delayed),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      CreatedTimestamp: seconds(this.#definition.createdAt),
      LastModifiedTimestamp: seconds(this.#definition.modifiedAt),
      QueueArn: this.arn,
    }
  }

  #tellOfDeadLetters(count: number): void {
    const { redrive } = this.messages.settings
    const target = redrive?.deadLetterTargetArn.split(':').at(-1) ?? ''
    const what = count === 1 ? 'a message' : `${count} messages`
    const { node } = this
    this.#world.journal.write({
      kind: 'sqs.deadLetter',
      ...(node === undefined ? {} : { node }),
      message: `${what} of ${this.name} went to ${target}: received ${redrive?.maxReceiveCount} times and never deleted`,
      details: { queue: this.name, deadLetterQueue: target, count },
    })
  }
}
