import type { NatGateway, NodeId, Route, RouteTarget, Subnet, VpcEndpoint } from '@terrace/model'
import type { Matcher } from './matching.ts'
import { SERVICE_RANGES } from './prefix-lists.ts'
import type { RuleState } from './rule-state.ts'
import type { Topology } from './topology.ts'

/** Where a subnet's route leads for an address outside of the VPC. */
export type NextHop =
  | { readonly kind: 'internetGateway' }
  | { readonly kind: 'natGateway'; readonly natGateway: NatGateway }
  | { readonly kind: 'gatewayEndpoint'; readonly endpoint: VpcEndpoint }
  | { readonly kind: 'lost'; readonly because: string }

const lost = (because: string): NextHop => ({ kind: 'lost', because })

/** Finds routes: the longest prefix wins, whatever it leads to. @see VPC User Guide, "Route priority" */
export class Routing {
  readonly #topology: Topology
  readonly #rules: RuleState
  readonly #matcher: Matcher
  readonly #gatewayEndpoints: ReadonlyMap<NodeId, readonly VpcEndpoint[]>

  constructor(topology: Topology, rules: RuleState, matcher: Matcher) {
    this.#topology = topology
    this.#rules = rules
    this.#matcher = matcher
    const byTable = new Map<NodeId, VpcEndpoint[]>()
    for (const endpoint of topology.endpoints.values()) {
      if (endpoint.type !== 'gateway') continue
      for (const table of endpoint.routeTables) byTable.set(table, [...(byTable.get(table) ?? []), endpoint])
    }
    this.#gatewayEndpoints = byTable
  }

  /** The way out of a subnet. A gateway endpoint's prefix list is more specific than any default route. */
  out(from: Subnet, address: string): NextHop {
    const where = from.origin.logicalId
    const route = this.#longest(from, address)
    const endpoint = this.#endpointFor(from, address)
    if (endpoint && (!route || endpoint.prefix >= this.#prefixOf(route))) {
      return { kind: 'gatewayEndpoint', endpoint: endpoint.endpoint }
    }
    if (!route) return lost(`the route table of ${where} has no route to ${address}`)
    return this.#hop(route.target, from, address)
  }

  /** Why packets to an address of the own VPC are lost, when a route more specific than the local one says so. */
  inside(from: Subnet, address: string): string | undefined {
    const route = this.#longest(from, address)
    const cidr = this.#topology.vpcs.get(from.vpc)?.cidr
    if (!route || cidr === undefined) return undefined
    if (!this.#matcher.contains(cidr, address) || this.#prefixOf(route) <= this.#matcher.boundsOf(cidr).prefix)
      return undefined
    const where = `${from.origin.logicalId} routes ${route.destination}`
    if (route.target.kind === 'blackhole') return `${where} into a black hole: ${route.target.because}`
    return `${where} through ${describe(route.target)}, and nothing carries traffic inside of a VPC there`
  }

  #hop(target: RouteTarget, from: Subnet, address: string): NextHop {
    const where = from.origin.logicalId
    switch (target.kind) {
      case 'internetGateway':
        return this.#topology.vpcs.get(from.vpc)?.internetGateway === target.node
          ? { kind: 'internetGateway' }
          : lost(`${where} routes to the internet gateway ${target.node}, which is not attached to its VPC`)
      case 'natGateway': {
        const natGateway = this.#topology.natGateways.get(target.node)
        return natGateway ? { kind: 'natGateway', natGateway } : lost(`the NAT gateway that ${where} routes to is gone`)
      }
      case 'blackhole':
        return lost(`the route of ${where} to ${address} is a black hole: ${target.because}`)
      default:
        return lost(`${where} routes ${address} through ${describe(target)}, and nothing carries traffic there`)
    }
  }

  #longest(from: Subnet, address: string): Route | undefined {
    let best: Route | undefined
    for (const route of from.routeTable === undefined ? [] : this.#rules.routes(from.routeTable)) {
      if (!this.#matcher.contains(route.destination, address)) continue
      if (!best || this.#prefixOf(route) > this.#prefixOf(best)) best = route
    }
    return best
  }

  #endpointFor(from: Subnet, address: string): { endpoint: VpcEndpoint; prefix: number } | undefined {
    for (const endpoint of this.#gatewayEndpoints.get(from.routeTable ?? '') ?? []) {
      const range = endpoint.service.endsWith('.s3') ? SERVICE_RANGES.s3 : SERVICE_RANGES.dynamodb
      if (this.#matcher.contains(range, address)) return { endpoint, prefix: this.#matcher.boundsOf(range).prefix }
    }
    return undefined
  }

  #prefixOf(route: Route): number {
    return this.#matcher.boundsOf(route.destination).prefix
  }
}

const describe = (target: RouteTarget): string =>
  target.kind === 'blackhole' ? 'a black hole' : `the ${target.kind} ${target.node}`
