import { TerraceError } from '@terrace/kit'

/** What a database instance is created with. */
export interface InitialContent {
  readonly databaseName: string | undefined
  readonly masterUsername: string
  readonly masterPassword: string
}

/**
 * What the master user of RDS for MySQL may do, in MariaDB's words: everything but what reaches outside of the databases
 * (SUPER, FILE, SHUTDOWN, …). RDS User Guide, "Master user account privileges".
 */
const MASTER_PRIVILEGES = [
  'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES',
  'EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER',
  'RELOAD, PROCESS, SHOW DATABASES, CREATE USER, REPLICATION SLAVE, REPLICATION CLIENT',
].join(', ')

/** The account by which RDS itself looks after a database. */
export const ADMIN = 'rdsadmin'
/** The account by which a standby follows. */
export const REPLICATION_USER = 'rdsrepladmin'

/**
 * Statements that make RDS's own accounts, for the init file of every start of each member. They are not logged: each
 * member runs them by itself. They change nothing when they run again but the password.
 *
 * On the loopback port, which exists for replication, an anonymous and locked account stands before every other one: the
 * server looks for the most exact host first. @see MariaDB documentation, "Troubleshooting Connection Issues"
 *
 * @param password  random, for the length of one run
 * @param paired  whether there is a loopback port
 */
export function adminStatements(password: string, paired: boolean): readonly string[] {
  const secret = text('admin password', password)
  const admin = `'${ADMIN}'@'localhost'`
  const replication = `'${REPLICATION_USER}'@'127.0.0.1'`
  return [
    'SET SESSION sql_log_bin = 0',
    // Accounts that a fresh data folder has: root without password, on some versions an anonymous one.
    `DELETE FROM mysql.global_priv WHERE (User = 'root' AND Host <> '%') OR User = ''`,
    'FLUSH PRIVILEGES',
    `CREATE USER IF NOT EXISTS ${admin}`,
    `ALTER USER ${admin} IDENTIFIED BY ${secret}`,
    `GRANT ALL PRIVILEGES ON *.* TO ${admin} WITH GRANT OPTION`,
    ...(paired
      ? [
          `CREATE USER IF NOT EXISTS ${replication}`,
          `ALTER USER ${replication} IDENTIFIED BY ${secret}`,
          `GRANT REPLICATION SLAVE ON *.* TO ${replication}`,
          `CREATE USER IF NOT EXISTS ''@'127.0.0.1' ACCOUNT LOCK`,
        ]
      : [`DROP USER IF EXISTS ${replication}`]),
  ]
}

/**
 * Statements that make the database and its master user, for the init file of the primary alone: the standby gets them by
 * replication. They run before the server accepts connections, and at a later start only set the password anew.
 *
 * @throws TerraceError RDS_VALUE_INVALID for names and passwords that RDS refuses as well
 */
export function initialStatements(content: InitialContent): readonly string[] {
  const master = `${text('MasterUsername', content.masterUsername)}@'%'`
  const masterPassword = text('MasterUserPassword', content.masterPassword)
  return [
    'SET SESSION sql_log_bin = 1',
    ...(content.databaseName === undefined
      ? []
      : [`CREATE DATABASE IF NOT EXISTS ${identifier(content.databaseName)}`]),
    `CREATE USER IF NOT EXISTS ${master}`,
    `ALTER USER ${master} IDENTIFIED BY ${masterPassword}`,
    `GRANT ${MASTER_PRIVILEGES} ON *.* TO ${master} WITH GRANT OPTION`,
  ]
}

function text(property: string, value: string): string {
  if (value === '' || [...value].some(character => character < ' ')) {
    // The value may be a password: it is not repeated.
    const problem = value === '' ? 'is empty' : 'holds a control character'
    throw new TerraceError('RDS_VALUE_INVALID', `${property} ${problem}; it must be printable text`)
  }
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

function identifier(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_$-]{0,63}$/.test(name)) return `\`${name}\``
  throw new TerraceError(
    'RDS_VALUE_INVALID',
    `DBName is ${JSON.stringify(name)}; it must begin with a letter and have 1 to 64 letters, digits or underscores`,
  )
}
