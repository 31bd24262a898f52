import { type Architecture, findNode, getNode, nodesOf } from '@terrace/model'

/** The public names, each with the node that it leads to. */
export function publicRecords(architecture: Architecture): [string, string][] {
  const byDnsName = new Map([
    ...nodesOf(architecture, 'distribution').map(({ domainName, id }) => [domainName.toLowerCase(), id] as const),
    ...nodesOf(architecture, 'loadBalancer').map(({ dnsName, id }) => [dnsName.toLowerCase(), id] as const),
  ])
  const isPrivate = (zone: string) => (findNode(architecture, zone, 'hostedZone')?.vpcs.length ?? 0) > 0
  return nodesOf(architecture, 'recordSet').flatMap(({ name, target, type, zone }): [string, string][] => {
    if (isPrivate(zone)) return []
    const node = target.kind === 'alias' ? byDnsName.get(target.dnsName) : undefined
    return node && type === 'A' ? [[name, node]] : []
  })
}

/** How a balancer asks its targets. */
export interface Asking {
  readonly protocol: string
  readonly port: number
}

/** The balancers that send requests to what is in some target groups, each with how. */
export function askedBy(architecture: Architecture, targetGroups: readonly string[]): ReadonlyMap<string, Asking> {
  const found = new Map<string, Asking>()
  for (const listener of nodesOf(architecture, 'listener')) {
    for (const { action } of listener.rules) {
      if (action.kind !== 'forward') continue
      for (const { node } of action.targetGroups) {
        if (!targetGroups.includes(node)) continue
        const { protocol, port } = getNode(architecture, node, 'targetGroup')
        found.set(listener.loadBalancer, { protocol, port })
      }
    }
  }
  return found
}
