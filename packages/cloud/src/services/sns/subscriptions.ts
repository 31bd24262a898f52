import { type Clock, HEX, type Random } from '@terrace/kit'
import { checkEndpoint, needsConfirmation, protocolOf } from './endpoint.ts'
import {
  AuthorizationError,
  FilterPolicyLimitExceeded,
  InvalidParameter,
  NotFound,
  SubscriptionLimitExceeded,
} from './errors.ts'
import { MOST_FIFO_SUBSCRIPTIONS, MOST_FILTERS, TOKEN_VALIDITY } from './limits.ts'
import { checkSubscriptionArn, type Home } from './names.ts'
import type { KeptSubscription, Store } from './store.ts'
import {
  checkSubscriptionAttributes,
  type Subscription,
  type SubscriptionAttributes,
  subscriptionOf,
} from './subscription.ts'
import type { Topic } from './topic.ts'
import type { Topics } from './topics.ts'

/** What somebody subscribes with. */
export interface Wish {
  readonly topic: Topic
  readonly protocol: string
  readonly endpoint: string
  readonly attributes: SubscriptionAttributes
  /** Of the template: the ARN that it says. */
  readonly arn?: string
}

/** What subscriptions need of the world. */
export interface Surroundings {
  readonly home: Home
  readonly clock: Clock
  readonly secureRandom: Random
}

const TOKEN_DIGITS = 256

/** The subscriptions of the account's topics. */
export class Subscriptions {
  readonly #surroundings: Surroundings
  readonly #store: Store
  readonly #topics: Topics
  readonly #known = new Map<string, Subscription>()

  constructor(surroundings: Surroundings, store: Store, topics: Topics) {
    this.#surroundings = surroundings
    this.#store = store
    this.#topics = topics
  }

  /** In the order of their ARNs; those that nobody has confirmed in time are gone. */
  list(): readonly Subscription[] {
    this.#expire()
    return [...this.#store.subscriptions.values()]
      .map(kept => this.#meaning(kept))
      .sort((a, b) => (a.arn < b.arn ? -1 : 1))
  }

  of(topicArn: string): readonly Subscription[] {
    return this.list().filter(({ kept }) => kept.topicArn === topicArn)
  }

  find(arn: string): Subscription | undefined {
    this.#expire()
    const kept = this.#store.subscriptions.get(arn)
    return kept && this.#meaning(kept)
  }

  /** One that has ended, and can still come back. */
  findEnded(arn: string): Subscription | undefined {
    this.#expire()
    const kept = this.#store.ended.get(arn)
    return kept && subscriptionOf(kept)
  }

  /** @throws InvalidParameter, NotFound */
  get(arn: string): Subscription {
    checkSubscriptionArn(arn)
    const found = this.find(arn)
    if (!found) throw NotFound.subscription()
    return found
  }

  /**
   * Subscribes an endpoint; one that is there already with the same attributes is the answer, too.
   *
   * @returns the subscription, and whether somebody has to be asked to confirm it
   * @throws InvalidParameter, NotEmulated, SubscriptionLimitExceeded, FilterPolicyLimitExceeded
   */
  subscribe(wish: Wish): { readonly subscription: Subscription; readonly asks: boolean } {
    const { topic, endpoint } = wish
    const protocol = protocolOf(wish.protocol)
    checkEndpoint(this.#surroundings.home, protocol, endpoint, topic.fifo)
    const prefix = 'Attributes Reason: '
    checkSubscriptionAttributes(wish.attributes, { protocol, isFifo: topic.fifo, prefix })
    const attributes = withoutEmpty(wish.attributes)
    const siblings = this.of(topic.arn)
    const there = siblings.find(({ kept }) => kept.protocol === protocol && kept.endpoint === endpoint)
    if (there) return this.#again(there, attributes)
    if (topic.fifo && siblings.length >= MOST_FIFO_SUBSCRIPTIONS) {
      throw new SubscriptionLimitExceeded(MOST_FIFO_SUBSCRIPTIONS)
    }
    if (attributes.FilterPolicy && siblings.filter(({ filter }) => filter).length >= MOST_FILTERS) {
      throw new FilterPolicyLimitExceeded(MOST_FILTERS)
    }
    const asks = needsConfirmation(protocol)
    this.#forgetEnded(topic.arn, protocol, endpoint)
    const subscription = this.#put({
      arn: wish.arn ?? `${topic.arn}:${this.newId()}`,
      topicArn: topic.arn,
      protocol,
      endpoint,
      attributes,
      ...(asks ? { pending: this.#newToken() } : {}),
      wasAuthenticated: !asks,
      authenticateOnUnsubscribe: false,
      isOfTemplate: wish.arn !== undefined,
    })
    return { subscription, asks }
  }

  #again({ kept }: Subscription, attributes: SubscriptionAttributes) {
    const names = new Set([...Object.keys(attributes), ...Object.keys(kept.attributes)])
    const differs = [...names].some(name => attributes[name] !== kept.attributes[name])
    if (differs && Object.keys(attributes).length > 0) {
      throw new InvalidParameter('Attributes Reason: Subscription already exists with different attributes')
    }
    // Asked anew: the token of the mail before still counts, if it is not too old.
    const asks = kept.pending !== undefined
    const subscription = this.#put(asks ? { ...kept, pending: { ...kept.pending, since: this.#now() } } : kept)
    return { subscription, asks }
  }

  /**
   * Confirms a subscription, or brings one back that has ended.
   * @param by.isSigned  who confirms has signed the call
   * @throws InvalidParameter for a token that isn't one of the topic, or is too old
   */
  confirm(
    topicArn: string,
    token: string,
    by: { readonly isSigned: boolean; readonly authenticateOnUnsubscribe: boolean },
  ): Subscription {
    this.#expire()
    const asked = this.of(topicArn).find(({ kept }) => kept.pending?.token === token)?.kept
    const back = [...this.#store.ended.values()].find(each => each.topicArn === topicArn && each.ended?.token === token)
    const found = asked ?? back
    if (!found) throw new InvalidParameter('Token')
    const { pending: _, ended: __, ...kept } = found
    return this.#put({
      ...kept,
      wasAuthenticated: by.isSigned,
      authenticateOnUnsubscribe: by.authenticateOnUnsubscribe,
    })
  }

  /**
   * Ends it; what isn't there has ended already.
   * @returns what has ended, when its endpoint had confirmed it and can have it back
   * @throws InvalidParameter; AuthorizationError when only a signed call may end it
   */
  unsubscribe(arn: string, by: { readonly isSigned: boolean }): Subscription | undefined {
    checkSubscriptionArn(arn)
    const kept = this.find(arn)?.kept
    if (!kept) return undefined
    if (kept.pending && by.isSigned) {
      throw new InvalidParameter('This subscription is pending confirmation, and can not be deleted')
    }
    if (kept.authenticateOnUnsubscribe && !by.isSigned) {
      throw new AuthorizationError('This subscription can be ended by its owner alone, in a signed call.')
    }
    if (kept.pending || !needsConfirmation(protocolOf(kept.protocol))) {
      this.remove(arn)
      return undefined
    }
    const ended: KeptSubscription = { ...kept, ended: this.#newToken() }
    this.#store.endSubscription(ended)
    this.#known.delete(arn)
    this.#topics.countDeleted(kept.topicArn)
    return subscriptionOf(ended)
  }

  /** Ends it whatever it is. */
  remove(arn: string): void {
    const kept = this.#store.subscriptions.get(arn)
    if (!kept) return
    this.#store.deleteSubscription(arn)
    this.#known.delete(arn)
    this.#topics.countDeleted(kept.topicArn)
  }

  /** @throws InvalidParameter, FilterPolicyLimitExceeded */
  setAttributes({ kept, filter }: Subscription, changes: SubscriptionAttributes): void {
    const attributes = withoutEmpty({ ...kept.attributes, ...changes })
    const isFifo = this.#topics.find(kept.topicArn)?.fifo ?? false
    checkSubscriptionAttributes({ ...attributes, ...changes }, { protocol: kept.protocol, isFifo })
    const others = this.of(kept.topicArn).filter(each => each.filter)
    if (attributes.FilterPolicy && !filter && others.length >= MOST_FILTERS) {
      throw new FilterPolicyLimitExceeded(MOST_FILTERS)
    }
    this.#put({ ...kept, attributes })
  }

  /** Attributes of a subscription of the template: they are what it says, and nothing else. */
  replaceAttributes({ kept }: Subscription, attributes: SubscriptionAttributes): void {
    const isFifo = this.#topics.find(kept.topicArn)?.fifo ?? false
    checkSubscriptionAttributes(attributes, { protocol: kept.protocol, isFifo })
    this.#put({ ...kept, attributes: withoutEmpty(attributes), isOfTemplate: true })
  }

  /** The last part of an ARN: nobody can guess it, because links of notifications end a subscription by it. */
  newId(): string {
    return this.#surroundings.secureRandom.uuid()
  }

  #put(kept: KeptSubscription): Subscription {
    this.#store.putSubscription(kept)
    return this.#meaning(kept)
  }

  /** A filter policy takes a while to read: it is kept as long as the attributes are. */
  #meaning(kept: KeptSubscription): Subscription {
    const known = this.#known.get(kept.arn)
    if (known?.kept === kept) return known
    const meaning = subscriptionOf(kept)
    this.#known.set(kept.arn, meaning)
    return meaning
  }

  #expire(): void {
    for (const { arn, pending } of this.#store.subscriptions.values()) {
      if (pending && this.#now() - pending.since > TOKEN_VALIDITY) this.remove(arn)
    }
    for (const { arn, ended } of this.#store.ended.values()) {
      if (ended && this.#now() - ended.since > TOKEN_VALIDITY) this.#store.forgetEnded(arn)
    }
  }

  /** Whoever subscribes anew has no use for the link of before. */
  #forgetEnded(topicArn: string, protocol: string, endpoint: string): void {
    for (const each of this.#store.ended.values()) {
      const isSame = each.topicArn === topicArn && each.protocol === protocol && each.endpoint === endpoint
      if (isSame) this.#store.forgetEnded(each.arn)
    }
  }

  #now(): number {
    return this.#surroundings.clock.now()
  }

  #newToken() {
    return { token: this.#surroundings.secureRandom.text(TOKEN_DIGITS, HEX), since: this.#now() }
  }
}

const withoutEmpty = (attributes: SubscriptionAttributes): SubscriptionAttributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''))
