import type { Instant } from '@terrace/kit'
import type { NodeId, RuleAction } from '@terrace/model'
import { getHeaders, type HeaderList } from '../http1/headers.ts'
import { type CookieSeal, cookieIn, setCookies } from './cookies.ts'
import type { LiveTargetGroup } from './target-group.ts'

type Forward = Extract<RuleAction, { kind: 'forward' }>

const GROUP_COOKIE = 'AWSALBTG'
const TARGET_COOKIE = 'AWSALB'
const APPLICATION_COOKIE = 'AWSALBAPP-0'

/**
 * Sticky sessions: which target group and which target a client comes back to, and what it is given for the next time.
 *
 * @see ELB User Guide for Application Load Balancers, "Sticky sessions for your Application Load Balancer".
 *   differs: the cookie of application-based stickiness is one, `AWSALBAPP-0`; the empty others are not set
 */
export class Stickiness {
  readonly #seal: CookieSeal

  constructor(seal: CookieSeal) {
    this.#seal = seal
  }

  /** The group that the client's cookie names, if the action still has it. */
  groupFor(action: Forward, headers: HeaderList, now: Instant): NodeId | undefined {
    if (action.stickiness === undefined) return undefined
    const group = this.#open('group', GROUP_COOKIE, headers, now)
    return action.targetGroups.some(({ node }) => node === group) ? group : undefined
  }

  /** The target that the client's cookie names. */
  targetFor(group: LiveTargetGroup, headers: HeaderList, now: Instant): string | undefined {
    const { stickiness, id } = group.config
    if (stickiness === undefined || !group.crossZone) return undefined
    return stickiness.type === 'lb_cookie'
      ? this.#open(`target ${id}`, TARGET_COOKIE, headers, now)
      : this.#openOne(`application ${id}`, APPLICATION_COOKIE, headers, now)
  }

  /** `Set-Cookie` fields for an answer; the session lasts for its duration from now on. */
  cookies(choice: StickyChoice, answer: HeaderList, now: Instant): HeaderList {
    const { action, group, target, wasSticky } = choice
    const fields: HeaderList = []
    if (action.stickiness !== undefined && action.targetGroups.length > 1) {
      const value = this.#seal.seal('group', group.config.id, now + action.stickiness)
      fields.push(...setCookies(GROUP_COOKIE, value, now, true))
    }
    const { stickiness, id } = group.config
    if (stickiness === undefined || !group.crossZone) return fields
    if (stickiness.type === 'lb_cookie') {
      const value = this.#seal.seal(`target ${id}`, target, now + stickiness.duration)
      return [...fields, ...setCookies(TARGET_COOKIE, value, now, true)]
    }
    // The session begins when the application sets its own cookie, and goes on with every request that brings ours.
    if (!wasSticky && !setsCookie(answer, stickiness.cookie)) return fields
    const value = this.#seal.seal(`application ${id}`, target, now + stickiness.duration)
    return [...fields, ...setCookies(APPLICATION_COOKIE, value, now, false)]
  }

  // The twin for requests from other sites comes first.
  #open(purpose: string, name: string, headers: HeaderList, now: Instant): string | undefined {
    return this.#openOne(purpose, `${name}CORS`, headers, now) ?? this.#openOne(purpose, name, headers, now)
  }

  #openOne(purpose: string, name: string, headers: HeaderList, now: Instant): string | undefined {
    const cookie = cookieIn(headers, name)
    return cookie === undefined ? undefined : this.#seal.open(purpose, cookie, now)
  }
}

/** What was chosen for a request. */
export interface StickyChoice {
  readonly action: Forward
  readonly group: LiveTargetGroup
  /** The registration's id. */
  readonly target: string
  /** The client's cookie chose it. */
  readonly wasSticky: boolean
}

const setsCookie = (headers: HeaderList, name: string): boolean =>
  getHeaders(headers, 'set-cookie').some(value => value.slice(0, value.indexOf('=')).trim() === name)
