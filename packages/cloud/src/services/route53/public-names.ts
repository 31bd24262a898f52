import { type Architecture, getNode, nodesOf } from '@terrace/model'
import type { NameTarget } from '../../dataplane/messages.ts'
import { aliasOf } from './named-zones.ts'

/** How many names may stand for one another in a row. */
const LONGEST_CHAIN = 8

/** Every name that leads to something public: records of public zones, and the names AWS gives by itself. */
export function publicNames(architecture: Architecture): NameTarget[] {
  const own: NameTarget[] = [
    ...nodesOf(architecture, 'loadBalancer')
      .filter(balancer => balancer.scheme === 'internet-facing')
      .map(balancer => nameTarget(balancer.dnsName, 'loadBalancer', balancer.id)),
    ...nodesOf(architecture, 'distribution').map(({ domainName, id }) => nameTarget(domainName, 'distribution', id)),
  ]
  const led = [...own, ...addressNames(architecture).map(name => nameTarget(name, 'addresses', name))]
  const targets = new Map(led.map(entry => [entry.name, entry.target]))
  const records = nodesOf(architecture, 'recordSet').filter(
    ({ zone, type }) =>
      (type === 'A' || type === 'CNAME') && getNode(architecture, zone, 'hostedZone').vpcs.length === 0,
  )
  const aliases = new Map(records.map(record => [plain(record.name), plain(aliasOf(record) ?? '')]))
  const follow = (name: string): NameTarget['target'] | undefined => {
    let at: string | undefined = name
    for (let step = 0; step < LONGEST_CHAIN && at !== undefined; step++) {
      const target = targets.get(at)
      if (target) return target
      at = aliases.get(at)
    }
    return undefined
  }
  const followed = [...aliases.keys()].flatMap(name => {
    const target = follow(name)
    return target ? [{ name, target }] : []
  })
  return [...own, ...followed]
}

/** Names of public zones whose records are Elastic IPs of instances. */
export function addressNames(architecture: Architecture): readonly string[] {
  const elastic = new Set(
    nodesOf(architecture, 'elasticIp').flatMap(({ instance, physicalId }) =>
      instance === undefined ? [] : physicalId,
    ),
  )
  const names = nodesOf(architecture, 'recordSet')
    .filter(({ zone, type }) => type === 'A' && getNode(architecture, zone, 'hostedZone').vpcs.length === 0)
    .filter(({ target }) => target.kind === 'values' && target.values.some(value => elastic.has(value)))
    .map(({ name }) => plain(name))
  return [...new Set(names)]
}

const nameTarget = (name: string, kind: NameTarget['target']['kind'], node: string): NameTarget => ({
  name: plain(name),
  target: { kind, node },
})

/** In lower case, without the final dot. */
export const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '')
