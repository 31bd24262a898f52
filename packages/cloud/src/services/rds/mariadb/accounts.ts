import { TerraceError } from '@terrace/kit'

/** What a database instance is created with. */
export interface InitialContent {
  readonly databaseName: string | undefined
  readonly masterUsername: string
  readonly masterPassword: string
  /** Of `rdsadmin`, the account by which RDS itself looks after a database. */
  readonly adminPassword: string
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

/**
 * Statements for the server's init file, one a line. They run before it accepts connections, and change nothing when they
 * run again at a later start: then only the passwords are set anew.
 *
 * @throws TerraceError RDS_VALUE_INVALID for names and passwords that RDS refuses as well
 */
export function initialStatements(content: InitialContent): readonly string[] {
  const master = `${text('MasterUsername', content.masterUsername)}@'%'`
  const masterPassword = text('MasterUserPassword', content.masterPassword)
  const admin = `'rdsadmin'@'localhost'`
  const adminPassword = text('admin password', content.adminPassword)
  return [
    ...(content.databaseName === undefined
      ? []
      : [`CREATE DATABASE IF NOT EXISTS ${identifier(content.databaseName)}`]),
    // Accounts that a fresh data folder has: root without password, on some versions an anonymous one.
    `DELETE FROM mysql.global_priv WHERE (User = 'root' AND Host <> '%') OR User = ''`,
    'FLUSH PRIVILEGES',
    `CREATE USER IF NOT EXISTS ${admin}`,
    `ALTER USER ${admin} IDENTIFIED BY ${adminPassword}`,
    `GRANT ALL PRIVILEGES ON *.* TO ${admin} WITH GRANT OPTION`,
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
