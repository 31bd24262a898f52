import { readConfig, type Variables } from './config/config.ts'
import { type DatabaseDefaults, databaseConfig, databaseVariables, MYSQL } from './config/database-config.ts'
import { serverVariables } from './config/server-config.ts'
import { connect, type Database } from './database/connect.ts'
import type { Migration } from './database/migrate.ts'
import { prepareDatabase } from './database/prepare.ts'
import { type CommonContext, type CommonService, type Host, live, type RunningService } from './life.ts'
import { traceStatements } from './telemetry/statement-spans.ts'

/** What an application with a database is, besides what all have in common. */
export interface Service<V extends Variables, Tables> extends CommonService<V, ServiceContext<V, Tables>> {
  /** In the order in which they run; before `prepare`. */
  readonly migrations: readonly Migration[]
  /** What `DATABASE_HOST` names; MySQL, with a database `mydb`, by default. */
  readonly database?: DatabaseDefaults
  /** Runs when the process is ready, and every hour after. */
  tidy?(database: Database<Tables>): Promise<void>
}

export interface ServiceContext<V extends Variables, Tables> extends CommonContext<V> {
  readonly database: Database<Tables>
}

/**
 * Starts an API server with a database: it is ready when the schema is up to date.
 *
 * @throws TerraceError `SERVICE_BAD_CONFIG`; Node's own error when the port can't be had
 */
export async function startService<V extends Variables, Tables>(
  service: Service<V, Tables>,
  host: Host,
): Promise<RunningService> {
  const { clock, random, environment } = host
  const common = readConfig({ ...serverVariables(service.port), ...databaseVariables }, environment)
  const own = readConfig(service.variables, environment)
  const connection = databaseConfig(common, service.database ?? MYSQL)
  const watch = host.onStatement ? { onStatement: host.onStatement } : {}
  return live(service, host, { server: common }, (log, telemetry) => {
    const onQuery = telemetry.tracer ? { onQuery: traceStatements(connection, clock) } : {}
    const database = connect<Tables>(connection, clock, { ...watch, ...onQuery })
    return {
      context: { config: own, database, clock, random, log, telemetry },
      described: { database: connection.kind },
      ping: () => database.ping(),
      isUnavailable: error => database.dialect.isUnavailable(error),
      prepare: signal =>
        prepareDatabase<Tables>(connection, service.migrations, { clock, random, log, signal, ...watch }),
      tidy: async () => service.tidy?.(database),
      close: () => database.close(),
    }
  })
}
