import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, messageOf, TerraceError } from '@terrace/kit'
import { z } from 'zod'

const topic = z.strictObject({
  name: z.string(),
  /** As the API has them, as far as somebody has set them. */
  attributes: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
  subscriptionsDeleted: z.number(),
  /** The resource of the template that it is. */
  node: z.string().optional(),
})

const subscription = z.strictObject({
  arn: z.string(),
  topicArn: z.string(),
  protocol: z.string(),
  endpoint: z.string(),
  attributes: z.record(z.string(), z.string()),
  /** Absent once it is confirmed. */
  pending: z.strictObject({ token: z.string(), since: z.number() }).optional(),
  /** Absent while it lasts; by the token it comes back. */
  ended: z.strictObject({ token: z.string(), since: z.number() }).optional(),
  /** Who confirmed it had signed the call. */
  wasAuthenticated: z.boolean(),
  /** A link alone can't end it. */
  authenticateOnUnsubscribe: z.boolean(),
  /** The template has it. */
  isOfTemplate: z.boolean(),
})

const content = z.object({
  topics: z.array(topic),
  subscriptions: z.array(subscription),
  /** Those that can come back. */
  ended: z.array(subscription).default([]),
})

/** A topic, as it is kept. */
export type KeptTopic = Readonly<z.infer<typeof topic>>

/** A subscription, as it is kept. */
export type KeptSubscription = Readonly<z.infer<typeof subscription>>

/** Topics and subscriptions, which stay until `terrace reset`: one file of JSON. Only what is in the file has happened. */
export class Store {
  readonly #file: string
  #topics: ReadonlyMap<string, KeptTopic>
  #subscriptions: ReadonlyMap<string, KeptSubscription>
  #ended: ReadonlyMap<string, KeptSubscription>

  /** @param data  the folder of the system's data @throws TerraceError SNS_STATE_CORRUPT */
  constructor(data: string) {
    this.#file = join(data, 'sns', 'sns.json')
    const kept = read(this.#file)
    this.#topics = new Map(kept.topics.map(each => [each.name, each]))
    this.#subscriptions = new Map(kept.subscriptions.map(each => [each.arn, each]))
    this.#ended = new Map(kept.ended.map(each => [each.arn, each]))
  }

  /** In the order in which they were made. */
  get topics(): ReadonlyMap<string, KeptTopic> {
    return this.#topics
  }

  get subscriptions(): ReadonlyMap<string, KeptSubscription> {
    return this.#subscriptions
  }

  /** Subscriptions that have ended, and can come back. */
  get ended(): ReadonlyMap<string, KeptSubscription> {
    return this.#ended
  }

  putTopic(each: KeptTopic): void {
    this.#keep({ topics: new Map([...this.#topics, [each.name, each]]) })
  }

  /** With the subscriptions of that topic. */
  deleteTopic(name: string, arn: string): void {
    const ofOthers = ({ topicArn }: KeptSubscription) => topicArn !== arn
    this.#keep({
      topics: new Map([...this.#topics].filter(([each]) => each !== name)),
      subscriptions: mapOf([...this.#subscriptions.values()].filter(ofOthers)),
      ended: mapOf([...this.#ended.values()].filter(ofOthers)),
    })
  }

  /** One that had ended with that ARN is back. */
  putSubscription(each: KeptSubscription): void {
    this.#keep({
      subscriptions: new Map([...this.#subscriptions, [each.arn, each]]),
      ended: without(this.#ended, each.arn),
    })
  }

  deleteSubscription(arn: string): void {
    this.#keep({ subscriptions: without(this.#subscriptions, arn) })
  }

  /** It has ended, and can come back. */
  endSubscription(each: KeptSubscription): void {
    this.#keep({
      subscriptions: without(this.#subscriptions, each.arn),
      ended: new Map([...this.#ended, [each.arn, each]]),
    })
  }

  /** It can come back no more. */
  forgetEnded(arn: string): void {
    this.#keep({ ended: without(this.#ended, arn) })
  }

  #keep({ topics = this.#topics, subscriptions = this.#subscriptions, ended = this.#ended }: Partial<Kept>): void {
    mkdirSync(join(this.#file, '..'), { recursive: true, mode: 0o700 })
    const text = JSON.stringify({
      topics: [...topics.values()],
      subscriptions: [...subscriptions.values()],
      ended: [...ended.values()],
    })
    writeFileSync(`${this.#file}.new`, text, { mode: 0o600 })
    renameSync(`${this.#file}.new`, this.#file)
    this.#topics = topics
    this.#subscriptions = subscriptions
    this.#ended = ended
  }
}

/** What is in the file. */
interface Kept {
  readonly topics: ReadonlyMap<string, KeptTopic>
  readonly subscriptions: ReadonlyMap<string, KeptSubscription>
  readonly ended: ReadonlyMap<string, KeptSubscription>
}

const mapOf = (subscriptions: readonly KeptSubscription[]) => new Map(subscriptions.map(each => [each.arn, each]))

const without = (subscriptions: Kept['subscriptions'], arn: string): Kept['subscriptions'] =>
  new Map([...subscriptions].filter(([each]) => each !== arn))

function read(file: string): z.infer<typeof content> {
  try {
    return content.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return { topics: [], subscriptions: [], ended: [] }
    throw new TerraceError('SNS_STATE_CORRUPT', `${file} does not hold topics: ${messageOf(cause)}`, {
      hint: 'remove that file to lose them, or forget all data with: terrace reset',
      place: { file },
      cause,
    })
  }
}
