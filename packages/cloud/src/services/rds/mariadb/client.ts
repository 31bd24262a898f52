import { type Duration, seconds } from '@terrace/kit'
import { createPool, type Pool, type RowDataPacket } from 'mysql2/promise'
import { ADMIN } from './accounts.ts'

/** RDS's own connections to one run of a server. */
export interface AdminClient {
  /** @returns the rows @throws Error of the server, or when it doesn't answer within the limit */
  query(sql: string, limit?: Duration): Promise<readonly Readonly<Record<string, unknown>>[]>
  close(): void
}

const LIMIT: Duration = seconds(20)

/** Connects by the private socket as `rdsadmin`; connections are made when they are needed, and kept. */
export function adminClient(socketPath: string, password: string): AdminClient {
  const pool: Pool = createPool({ socketPath, user: ADMIN, password, connectionLimit: 4, connectTimeout: seconds(5) })
  return {
    async query(sql, limit = LIMIT) {
      const [rows] = await pool.query<RowDataPacket[]>({ sql, timeout: limit })
      return Array.isArray(rows) ? rows : []
    },
    close() {
      // A server that is gone has nothing to say to it.
      pool.end().catch(() => {})
    },
  }
}
