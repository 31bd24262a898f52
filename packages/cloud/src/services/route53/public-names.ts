import { type Architecture, getNode, nodesOf } from '@terrace/model'
import type { NameTarget } from '../../dataplane/messages.ts'

/** Every name that leads to something public: records of public zones, and the names AWS gives by itself. */
export function publicNames(architecture: Architecture): NameTarget[] {
  const own: NameTarget[] = [
    ...nodesOf(architecture, 'loadBalancer')
      .filter(balancer => balancer.scheme === 'internet-facing')
      .map(balancer => nameTarget(balancer.dnsName, 'loadBalancer', balancer.id)),
    ...nodesOf(architecture, 'distribution').map(({ domainName, id }) => nameTarget(domainName, 'distribution', id)),
  ]
  const byName = new Map(own.map(entry => [entry.name, entry.target]))
  const records = nodesOf(architecture, 'recordSet').flatMap(record => {
    if (getNode(architecture, record.zone, 'hostedZone').vpcs.length > 0) return []
    const pointsTo = record.target.kind === 'alias' ? record.target.dnsName : record.target.values[0]
    const target = byName.get((pointsTo ?? '').replace(/\.$/, '').toLowerCase())
    const leads = record.type === 'A' || record.type === 'CNAME'
    return leads && target ? [{ name: record.name.toLowerCase(), target }] : []
  })
  return [...own, ...records]
}

const nameTarget = (name: string, kind: NameTarget['target']['kind'], node: string): NameTarget => ({
  name: name.toLowerCase(),
  target: { kind, node },
})
