import pg from 'pg'

/** What a database instance is created with. */
export interface InitialContent {
  readonly databaseName: string | undefined
  readonly masterUsername: string
  readonly masterPassword: string
}

/** Runs one statement and gives its rows. */
export type RunQuery = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

/**
 * Makes the master user and the database, and at later starts sets the password anew. The master user is no superuser; it
 * may make databases and roles. RDS User Guide, "Understanding the rds_superuser role".
 */
export async function makeAccounts(query: RunQuery, content: InitialContent): Promise<void> {
  const master = pg.escapeIdentifier(content.masterUsername)
  const password = pg.escapeLiteral(content.masterPassword)
  if (!(await exists(query, 'pg_roles', 'rolname', 'rds_superuser'))) {
    await query('CREATE ROLE rds_superuser NOLOGIN')
    await query('GRANT pg_monitor, pg_signal_backend TO rds_superuser WITH ADMIN OPTION')
  }
  const known = await exists(query, 'pg_roles', 'rolname', content.masterUsername)
  await query(`${known ? 'ALTER' : 'CREATE'} ROLE ${master} LOGIN CREATEDB CREATEROLE PASSWORD ${password}`)
  await query(`GRANT rds_superuser TO ${master}`)
  const { databaseName } = content
  if (databaseName === undefined || (await exists(query, 'pg_database', 'datname', databaseName))) return
  await query(`CREATE DATABASE ${pg.escapeIdentifier(databaseName)} OWNER ${master}`)
}

async function exists(query: RunQuery, table: string, column: string, value: string): Promise<boolean> {
  return (await query(`SELECT 1 FROM ${table} WHERE ${column} = ${pg.escapeLiteral(value)}`)).length > 0
}
