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

  /** @param data  the folder of the system's data @throws TerraceError SNS_STATE_CORRUPT */
  constructor(data: string) {
    this.#file = join(data, 'sns', 'sns.json')
    const kept = read(this.#file)
    this.#topics = new Map(kept.topics.map(each => [each.name, each]))
    this.#subscriptions = new Map(kept.subscriptions.map(each => [each.arn, each]))
  }

  /** In the order in which they were made. */
  get topics(): ReadonlyMap<string, KeptTopic> {
    return this.#topics
  }

  get subscriptions(): ReadonlyMap<string, KeptSubscription> {
    return this.#subscriptions
  }

  putTopic(each: KeptTopic): void {
    this.#keep(new Map([...this.#topics, [each.name, each]]), this.#subscriptions)
  }

  /** With the subscriptions of that topic. */
  deleteTopic(name: string, arn: string): void {
    const others = [...this.#subscriptions].filter(([, { topicArn }]) => topicArn !== arn)
    this.#keep(new Map([...this.#topics].filter(([each]) => each !== name)), new Map(others))
  }

  putSubscription(each: KeptSubscription): void {
    this.#keep(this.#topics, new Map([...this.#subscriptions, [each.arn, each]]))
  }

  deleteSubscription(arn: string): void {
    this.#keep(this.#topics, new Map([...this.#subscriptions].filter(([each]) => each !== arn)))
  }

  #keep(topics: ReadonlyMap<string, KeptTopic>, subscriptions: ReadonlyMap<string, KeptSubscription>): void {
    mkdirSync(join(this.#file, '..'), { recursive: true, mode: 0o700 })
    const text = JSON.stringify({
      topics: [...topics.values()],
      subscriptions: [...subscriptions.values()],
    })
    writeFileSync(`${this.#file}.new`, text, { mode: 0o600 })
    renameSync(`${this.#file}.new`, this.#file)
    this.#topics = topics
    this.#subscriptions = subscriptions
  }
}

function read(file: string): z.infer<typeof content> {
  try {
    return content.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return { topics: [], subscriptions: [] }
    throw new TerraceError('SNS_STATE_CORRUPT', `${file} does not hold topics: ${messageOf(cause)}`, {
      hint: 'remove that file to lose them, or forget all data with: terrace reset',
      place: { file },
      cause,
    })
  }
}
