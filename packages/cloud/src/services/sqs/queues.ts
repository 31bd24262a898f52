import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Instant } from '@terrace/kit'
import type { World } from '../../world.ts'
import { type QueueAttributes, withAttributes } from './attributes.ts'
import { readDefinition, writeDefinition } from './definition.ts'
import { InvalidParameterValue, QueueDeletedRecently, QueueDoesNotExist, QueueNameExists } from './errors.ts'
import { DELETED_NAME_REST } from './limits.ts'
import type { MessageQueue } from './message-queue.ts'
import { arnOf, checkName, nameOfArn, nameOfUrl } from './names.ts'
import { Queue } from './queue.ts'
import { allowsRedrive, readRedrivePolicy } from './redrive.ts'
import { uniqueUuid } from './unique-uuid.ts'

/** What the queues of an account need. */
export type QueuesWorld = Pick<World, 'architecture' | 'folders' | 'journal' | 'realtime'>

/** The queues of the account. They stay until they are deleted, or until `terrace reset`. */
export class Queues {
  readonly #world: QueuesWorld
  readonly #folder: string
  readonly #byName = new Map<string, Queue>()
  readonly #deleted = new Map<string, Instant>()

  /** @throws TerraceError SQS_STATE_CORRUPT, SQS_LOG_CORRUPT */
  constructor(world: QueuesWorld) {
    this.#world = world
    this.#folder = join(world.folders.data, 'sqs')
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(this.#folder)) this.#load(join(this.#folder, name))
    this.#dropCopies()
  }

  /** By name. */
  list(): readonly Queue[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  find(name: string): Queue | undefined {
    return this.#byName.get(name)
  }

  findByArn(arn: string): Queue | undefined {
    const name = nameOfArn(this.#world.architecture, arn)
    return name === undefined ? undefined : this.#byName.get(name)
  }

  /** @throws QueueDoesNotExist */
  byUrl(url: string): Queue {
    const name = nameOfUrl(this.#world.architecture, url)
    const found = name === undefined ? undefined : this.#byName.get(name)
    if (!found) throw new QueueDoesNotExist()
    return found
  }

  /** The queues whose messages go to that one when they were received too often. */
  sourcesOf(arn: string): readonly Queue[] {
    return this.list().filter(({ messages }) => messages.settings.redrive?.deadLetterTargetArn === arn)
  }

  /**
   * Makes a queue; one that is there already is given back when it has all the attributes that are asked for.
   * @throws InvalidParameterValue, InvalidAttributeName, InvalidAttributeValue, QueueNameExists, QueueDeletedRecently
   */
  create(name: string, given: QueueAttributes, tags: Readonly<Record<string, string>> = {}): Queue {
    const fifo = given.FifoQueue === 'true'
    checkName(name, fifo)
    const attributes = withAttributes(given, fifo)
    const there = this.#byName.get(name)
    if (there) return sameAs(there, attributes, given)
    const now = this.#world.realtime.now()
    if (now - (this.#deleted.get(name) ?? Number.NEGATIVE_INFINITY) < DELETED_NAME_REST)
      throw new QueueDeletedRecently()
    this.#checkRedrive(name, fifo, given)
    const id = uniqueUuid(`${name} ${now}`)
    const folder = join(this.#folder, id)
    const definition = { id, name, attributes, tags, createdAt: now, modifiedAt: now }
    writeDefinition(folder, definition)
    const queue = new Queue(this.#world, folder, definition, this)
    this.#byName.set(name, queue)
    this.#tell('created', queue)
    return queue
  }

  /** @throws InvalidParameterValue, InvalidAttributeName, InvalidAttributeValue */
  setAttributes(queue: Queue, given: QueueAttributes): void {
    this.#checkRedrive(queue.name, queue.fifo, given)
    queue.setAttributes(given)
  }

  delete(queue: Queue): void {
    this.#byName.delete(queue.name)
    this.#deleted.set(queue.name, this.#world.realtime.now())
    queue.delete()
    this.#tell('deleted', queue)
  }

  /** @throws PurgeQueueInProgress */
  purge(queue: Queue): void {
    const count = queue.messages.purge()
    this.#tell('purged', queue, { messages: count })
  }

  messagesOf(arn: string): MessageQueue | undefined {
    return this.findByArn(arn)?.messages
  }

  close(): void {
    for (const queue of this.#byName.values()) queue.close()
  }

  #load(folder: string): void {
    const definition = readDefinition(folder)
    // The cloud ended while it was being made or deleted.
    if (!definition) return rmSync(folder, { recursive: true, force: true })
    this.#byName.set(definition.name, new Queue(this.#world, folder, definition, this))
  }

  /** A dead letter is written to its new queue before the old one forgets it: an end in between leaves it in both. */
  #dropCopies(): void {
    const moved = new Map<string, Set<string>>()
    for (const { messages } of this.#byName.values()) {
      for (const { id, deadLetterSource } of messages.messages()) {
        if (deadLetterSource === undefined) continue
        moved.set(deadLetterSource, (moved.get(deadLetterSource) ?? new Set()).add(id))
      }
    }
    for (const [source, ids] of moved) this.messagesOf(source)?.removeById(ids)
  }

  #checkRedrive(name: string, fifo: boolean, given: QueueAttributes): void {
    const text = given.RedrivePolicy ?? ''
    const policy = readRedrivePolicy(text)
    if (!policy) return
    const bad = (reason: string) => InvalidParameterValue.of(text, 'RedrivePolicy', reason)
    const own = arnOf(this.#world.architecture, name)
    const target = this.findByArn(policy.deadLetterTargetArn)
    if (!target || target.arn === own) throw bad('Dead letter target does not exist.')
    if (target.fifo !== fifo) throw bad('Dead letter target queue must be same type of queue as the source.')
    if (allowsRedrive(target.messages.settings.redriveAllow, own)) return
    throw bad(`The redrive allow policy of ${target.name} does not allow ${name} to use it as a dead-letter queue.`)
  }

  #tell(what: 'created' | 'deleted' | 'purged', queue: Queue, details: object = {}): void {
    const kind = queue.fifo ? 'FIFO queue' : 'queue'
    const { node } = queue
    this.#world.journal.write({
      kind: `sqs.${what}`,
      ...(node === undefined ? {} : { node }),
      message: `the ${kind} ${queue.name} was ${what}`,
      details: { queue: queue.name, ...details },
    })
  }
}

function sameAs(queue: Queue, attributes: QueueAttributes, given: QueueAttributes): Queue {
  const different = Object.keys(given).find(name => queue.attributes[name] !== attributes[name])
  if (different !== undefined) throw new QueueNameExists(different)
  return queue
}
