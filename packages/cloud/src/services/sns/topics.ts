import type { NodeId } from '@terrace/model'
import { InvalidParameter, NotFound, TopicLimitExceeded } from './errors.ts'
import { MOST_FIFO_TOPICS, MOST_TOPICS } from './limits.ts'
import { checkName, checkTopicArn, type Home, nameOf } from './names.ts'
import type { Store } from './store.ts'
import { checkTags } from './tags.ts'
import { checkTopicAttribute, Topic, type TopicAttributes } from './topic.ts'

type Tags = Readonly<Record<string, string>>

/** The topics of the account. */
export class Topics {
  readonly #home: Home
  readonly #store: Store
  readonly #known = new Map<string, Topic>()

  constructor(home: Home, store: Store) {
    this.#home = home
    this.#store = store
  }

  /** By ARN. */
  find(arn: string): Topic | undefined {
    const kept = this.#store.topics.get(nameOf(arn))
    if (!kept) return undefined
    const known = this.#known.get(kept.name)
    const topic = known?.kept === kept ? known : new Topic(this.#home, kept)
    this.#known.set(kept.name, topic)
    return topic.arn === arn ? topic : undefined
  }

  /** @throws InvalidParameter, NotFound */
  get(arn: string): Topic {
    checkTopicArn(arn)
    const topic = this.find(arn)
    if (!topic) throw NotFound.topic()
    return topic
  }

  /** In the order of their ARNs. */
  list(): readonly Topic[] {
    const all = [...this.#store.topics.values()].map(kept => new Topic(this.#home, kept))
    return all.sort((a, b) => (a.arn < b.arn ? -1 : 1))
  }

  /**
   * Makes a topic; one that is there already and says the same is the answer, too.
   * @throws InvalidParameter, TagLimitExceeded, TopicLimitExceeded
   */
  create(name: string, attributes: TopicAttributes, tags: Tags): Topic {
    const fifo = attributes.FifoTopic === 'true'
    checkName(name, fifo)
    for (const [each, value] of Object.entries(attributes)) {
      checkTopicAttribute(each, value, { fifo, isNew: true, prefix: 'Attributes Reason: ' })
    }
    checkTags(tags)
    const there = this.#store.topics.get(name)
    if (!there) return this.#add(name, fifo, attributes, tags)
    const differs = Object.keys(attributes).some(each => attributes[each] !== (there.attributes[each] ?? ''))
    if (differs) throw new InvalidParameter('Attributes Reason: Topic already exists with different attributes')
    const otherTags = Object.keys(tags).some(tag => tags[tag] !== there.tags[tag])
    if (otherTags) throw new InvalidParameter('Tags Reason: Topic already exists with different tags')
    return new Topic(this.#home, there)
  }

  #add(name: string, fifo: boolean, attributes: TopicAttributes, tags: Tags): Topic {
    const most = fifo ? MOST_FIFO_TOPICS : MOST_TOPICS
    const alike = [...this.#store.topics.keys()].filter(each => each.endsWith('.fifo') === fifo)
    if (alike.length >= most) throw new TopicLimitExceeded(most)
    const kept = { name, attributes: withoutEmpty(attributes), tags, subscriptionsDeleted: 0 }
    this.#store.putTopic(kept)
    return new Topic(this.#home, kept)
  }

  /** Deleting what isn't there is fine. @throws InvalidParameter */
  delete(arn: string): void {
    checkTopicArn(arn)
    if (this.find(arn)) this.#store.deleteTopic(nameOf(arn), arn)
  }

  /** @throws InvalidParameter */
  setAttributes({ kept, fifo }: Topic, attributes: TopicAttributes): void {
    for (const [name, value] of Object.entries(attributes)) checkTopicAttribute(name, value, { fifo, isNew: false })
    this.#store.putTopic({ ...kept, attributes: withoutEmpty({ ...kept.attributes, ...attributes }) })
  }

  /** @throws InvalidParameter, TagLimitExceeded */
  setTags({ kept }: Topic, tags: Tags): void {
    checkTags(tags)
    this.#store.putTopic({ ...kept, tags })
  }

  /** @param node  the resource of the template that it is */
  setNode({ kept }: Topic, node: NodeId): void {
    this.#store.putTopic({ ...kept, node })
  }

  /** One of its subscriptions is gone. */
  countDeleted(arn: string): void {
    const kept = this.find(arn)?.kept
    if (kept) this.#store.putTopic({ ...kept, subscriptionsDeleted: kept.subscriptionsDeleted + 1 })
  }
}

const withoutEmpty = (attributes: TopicAttributes): TopicAttributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''))
