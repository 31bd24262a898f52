import { type Architecture, nodesOf, type RecordSet } from '@terrace/model'
import type { NamedRecord, NamedZone } from '../../network/network.ts'

/**
 * The hosted zones as resolvers see them. A and CNAME records and aliases lead to addresses; a name that has other
 * records alone exists without an address. Several A records of one name count together.
 *
 * differs: no routing policies; all records of a name are taken for one
 */
export function namedZones(architecture: Architecture): NamedZone[] {
  const records = nodesOf(architecture, 'recordSet')
  return nodesOf(architecture, 'hostedZone').map(({ id, name, vpcs }) => {
    const byName = Map.groupBy(
      records.filter(record => record.zone === id),
      record => record.name.toLowerCase(),
    )
    return { id, name, vpcs, records: [...byName].map(([name, sets]) => recordOf(name, sets)) }
  })
}

function recordOf(name: string, sets: readonly RecordSet[]): NamedRecord {
  const leading = sets.filter(({ type }) => type === 'A' || type === 'CNAME')
  const alias = leading.map(aliasOf).find(target => target !== undefined)
  if (alias !== undefined) return { name, alias }
  const addresses = leading.flatMap(({ target }) => (target.kind === 'values' ? target.values : []))
  return addresses.length > 0 ? { name, addresses } : { name }
}

/** The name that a record stands for. */
export function aliasOf({ type, target }: RecordSet): string | undefined {
  if (target.kind === 'alias') return target.dnsName
  return type === 'CNAME' ? target.values[0] : undefined
}
