import { type Architecture, nodesOf, type RecordSet } from '@terrace/model'
import type { NamedRecord, NamedZone } from '../../network/network.ts'

/**
 * The hosted zones as resolvers see them. A and CNAME records and aliases lead to addresses; a name that has other
 * records alone exists without an address. Several A records of one name count together.
 *
 * Of a multivalue answer the records that are not well are left out, unless none is.
 *
 * differs: no other routing policies; all records of a name are taken for one
 *
 * @param isHealthy  by the id of a health check
 */
export function namedZones(
  architecture: Architecture,
  isHealthy: (check: string) => boolean = () => true,
): NamedZone[] {
  const records = nodesOf(architecture, 'recordSet')
  return nodesOf(architecture, 'hostedZone').map(({ id, name, vpcs }) => {
    const byName = Map.groupBy(
      records.filter(record => record.zone === id),
      record => record.name.toLowerCase(),
    )
    return { id, name, vpcs, records: [...byName].map(([name, sets]) => recordOf(name, answered(sets, isHealthy))) }
  })
}

function recordOf(name: string, sets: readonly RecordSet[]): NamedRecord {
  const leading = sets.filter(({ type }) => type === 'A' || type === 'CNAME')
  const alias = leading.map(aliasOf).find(target => target !== undefined)
  if (alias !== undefined) return { name, alias }
  const addresses = leading.flatMap(({ target }) => (target.kind === 'values' ? target.values : []))
  return addresses.length > 0 ? { name, addresses } : { name }
}

/**
 * The records that a name is answered with.
 *
 * @see Route 53 Developer Guide "Multivalue answer routing": when all are unhealthy, they are answered all the same
 */
export function answered(sets: readonly RecordSet[], isHealthy: (check: string) => boolean): readonly RecordSet[] {
  const healthy = sets.filter(({ multivalue }) => !multivalue?.healthCheck || isHealthy(multivalue.healthCheck.id))
  return healthy.length > 0 ? healthy : sets
}

/** The name that a record stands for. */
export function aliasOf({ type, target }: RecordSet): string | undefined {
  if (target.kind === 'alias') return target.dnsName
  return type === 'CNAME' ? target.values[0] : undefined
}
