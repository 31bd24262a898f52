import type { Stop } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import type { World } from '../../world.ts'

/** A line that belongs into the error log: of MariaDB in brackets, of PostgreSQL after its process id. */
const ERROR_LINE = /\[(ERROR|Warning)\]|\b(ERROR|FATAL|PANIC|WARNING):/

/**
 * Copies the servers' error logs to CloudWatch Logs where the template has the log group that RDS exports to,
 * `/aws/rds/instance/<identifier>/error` (MySQL, MariaDB) or `…/postgresql`. @see RDS User Guide, "Publishing database logs
 * to Amazon CloudWatch Logs". differs: the group's existence stands for EnableCloudwatchLogsExports
 */
export class LogExports {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  start(): Stop {
    const groups = new Map(
      nodesOf(this.#world.architecture, 'dbInstance').map(({ identifier, engine }) => [
        identifier,
        `/aws/rds/instance/${identifier}/${engine === 'postgres' ? 'postgresql' : 'error'}`,
      ]),
    )
    const wanted = new Set(nodesOf(this.#world.architecture, 'logGroup').map(({ name }) => name))
    if (![...groups.values()].some(group => wanted.has(group))) return () => {}
    return this.#world.logs.subscribe(({ kind, resource, at, line }) => {
      const group = groups.get(resource)
      if (kind !== 'control' || group === undefined || !wanted.has(group) || !ERROR_LINE.test(line)) return
      void this.#world.ports.need('logGroups').then(
        logGroups => logGroups.has(group) && logGroups.put(group, resource, [{ at, message: line }]),
        () => {},
      )
    })
  }
}
