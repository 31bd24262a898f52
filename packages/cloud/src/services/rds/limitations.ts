import type { DbInstance } from '@terrace/model'

/** What a template asks of a real server and doesn't get here yet, as sentences. */
export function limitationsOf(node: DbInstance): readonly string[] {
  return node.multiAz
    ? [`the standby of ${node.identifier} in a second zone (MultiAZ) is not emulated yet: it has one member`]
    : []
}

/** What embedding costs: the application opens a file instead of going through the network. */
export function embeddedLimitations(node: DbInstance): readonly string[] {
  const standby = node.multiAz ? ', no standby' : ''
  return [`${node.identifier} is embedded (SQLite): database path not enforced${standby}`]
}
