import { createServer } from 'node:http'
import { seconds, systemClock } from '@terrace/kit'
import { type Connection, createConnection } from 'mysql2/promise'

/**
 * The mistake of the story "schema race", made on purpose: a script that each instance runs when it starts, and that
 * creates a table as if it were alone. One instance succeeds; every other ends here. The shop's own schema is made by
 * migrations under a lock (`packages/service`).
 */
const { HOST = '0.0.0.0', PORT = '8002' } = process.env
const { DATABASE_HOST = '', DATABASE_NAME = '', DATABASE_USERNAME = '', DATABASE_PASSWORD = '' } = process.env

const connection = await connected()
await connection.query('CREATE TABLE warehouse (product VARCHAR(50) PRIMARY KEY, stock INT NOT NULL)')
await connection.query("INSERT INTO warehouse VALUES ('red-mug', 10), ('blue-shirt', 10)")
await connection.end()
console.log('the tables are there')
createServer((_, answer) => answer.end('ready\n')).listen(Number(PORT), HOST)

/** Such scripts do wait for the database. */
async function connected(): Promise<Connection> {
  for (;;) {
    try {
      return await createConnection({
        host: DATABASE_HOST,
        database: DATABASE_NAME,
        user: DATABASE_USERNAME,
        password: DATABASE_PASSWORD,
        connectTimeout: 2_000,
      })
    } catch {
      await systemClock.sleep(seconds(0.5))
    }
  }
}
