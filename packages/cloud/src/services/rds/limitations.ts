import type { DbInstance } from '@terrace/model'

/** What a template asks of a real server and doesn't get here, as sentences. */
export function limitationsOf(node: DbInstance, hasSecondZone: boolean): readonly string[] {
  return node.multiAz && !hasSecondZone
    ? [`${node.identifier} is MultiAZ, but its subnet group has one zone: it has no standby`]
    : []
}

/** What embedding costs: the application opens a file instead of going through the network. */
export function embeddedLimitations(node: DbInstance): readonly string[] {
  const standby = node.multiAz ? ', no standby' : ''
  return [`${node.identifier} is embedded (SQLite): database path not enforced${standby}`]
}
