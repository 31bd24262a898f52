import { type Architecture, type AutoScalingGroup, getNode, nodesOf } from '@terrace/model'

/** The public names, each with the node that it leads to. */
export function publicRecords(architecture: Architecture): [string, string][] {
  const byDnsName = new Map([
    ...nodesOf(architecture, 'distribution').map(({ domainName, id }) => [domainName.toLowerCase(), id] as const),
    ...nodesOf(architecture, 'loadBalancer').map(({ dnsName, id }) => [dnsName.toLowerCase(), id] as const),
  ])
  return nodesOf(architecture, 'recordSet').flatMap(({ name, target, type }): [string, string][] => {
    const node = target.kind === 'alias' ? byDnsName.get(target.dnsName) : undefined
    return node && type === 'A' ? [[name, node]] : []
  })
}

/** The balancers that send requests to a group, each with the port that they ask. */
export function targetPorts(architecture: Architecture, group: AutoScalingGroup): Map<string, number> {
  const found = new Map<string, number>()
  for (const listener of nodesOf(architecture, 'listener')) {
    for (const { action } of listener.rules) {
      if (action.kind !== 'forward') continue
      for (const { node } of action.targetGroups) {
        if (group.targetGroups.includes(node))
          found.set(listener.loadBalancer, getNode(architecture, node, 'targetGroup').port)
      }
    }
  }
  return found
}
