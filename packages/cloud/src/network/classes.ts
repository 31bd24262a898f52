import type { NetworkAclRule, Route, SecurityGroupRule } from '@terrace/model'
import { addressToNumber, type Bounds, inBounds } from './addresses.ts'
import type { FaultState } from './faults.ts'
import { isIpv4, type Matcher } from './matching.ts'
import type { NetworkInterface } from './network.ts'
import type { RuleState } from './rule-state.ts'

/** The highest port there is. */
const LAST_PORT = 65_535

/**
 * Sorts interfaces into classes that no rule tells apart: the same subnet and groups, and each address within the same
 * ranges that rules name. A hundred instances of a group are one class, and are decided once.
 */
export class Classes {
  readonly #matcher: Matcher
  readonly #faults: FaultState
  readonly #ranges: readonly Bounds[]
  /** Every port at which some rule begins or ends to match, in order, from 1: rules change their answer only there. */
  readonly portEdges: readonly number[]
  readonly #keys = new Map<string, string>()

  constructor(rules: RuleState, matcher: Matcher, faults: FaultState) {
    this.#matcher = matcher
    this.#faults = faults
    const all = [...rules.all()]
    this.#ranges = this.#rangesOf(all, [...rules.allRoutes()])
    this.portEdges = portEdges(all)
  }

  /** The same for two interfaces that no rule tells apart. */
  keyOf(networkInterface: NetworkInterface): string {
    const known = this.#keys.get(networkInterface.id)
    if (known !== undefined) return known
    const { subnet, securityGroups, address, publicIp, type, id } = networkInterface
    const parts = [
      subnet,
      [...securityGroups].sort().join(','),
      type ?? 'interface',
      this.#signature(address),
      publicIp === undefined ? '-' : this.#signature(publicIp),
      // Each of these is alone in its class: it has a way of its own behind it.
      type === 'vpcEndpoint' || type === 'natGateway' ? id : this.#faults.ownFaults(id),
    ]
    const key = parts.join('|')
    this.#keys.set(id, key)
    return key
  }

  #signature(address: string): string {
    const number = addressToNumber(address)
    return this.#ranges.flatMap((range, index) => (inBounds(range, number) ? [index] : [])).join('.')
  }

  #rangesOf(rules: readonly (SecurityGroupRule | NetworkAclRule)[], routes: readonly Route[]): readonly Bounds[] {
    const cidrs = rules.flatMap(rule => ('peer' in rule ? this.#matcher.rangesOf(rule.peer) : [rule.cidr]))
    const named = new Set([...cidrs, ...routes.map(route => route.destination)].filter(isIpv4))
    return [...named].map(cidr => this.#matcher.boundsOf(cidr)).filter(({ prefix }) => prefix > 0)
  }
}

function portEdges(rules: readonly (SecurityGroupRule | NetworkAclRule)[]): readonly number[] {
  const ports = rules.flatMap(rule => (rule.ports ? [rule.ports[0], rule.ports[1] + 1] : []))
  return [...new Set([1, ...ports.filter(port => port > 1 && port <= LAST_PORT)])].sort((a, b) => a - b)
}

/** The ranges of ports that pass, asked once for each stretch between two edges. */
export function portRanges<T>(
  edges: readonly number[],
  ask: (port: number) => T,
  passes: (answer: T) => boolean,
): [number, number][] {
  const ranges: [number, number][] = []
  edges.forEach((first, index) => {
    if (!passes(ask(first))) return
    const last = (edges[index + 1] ?? LAST_PORT + 1) - 1
    const before = ranges.at(-1)
    if (before && before[1] === first - 1) before[1] = last
    else ranges.push([first, last])
  })
  return ranges
}
