/**
 * The limit: `node:http`, mysql2 and `JSON.stringify` with the same query and the same answer, and nothing else.
 * Arguments: the database's `DATABASE_URL`. Prints its port.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPool, type RowDataPacket } from 'mysql2'

interface Row extends RowDataPacket {
  readonly id: number
  readonly title: string
  readonly author: string
  readonly borrowed_by_id: number | null
  readonly due_date: string | null
}

const QUERY = 'select `id`, `title`, `author`, `borrowed_by_id`, `due_date` from `books` order by `id` limit 1000'

const url = new URL(process.argv[2] ?? '')
const pool = createPool({
  socketPath: url.searchParams.get('socketPath') ?? '',
  user: url.username,
  database: url.pathname.slice(1),
  connectionLimit: 10,
  dateStrings: true,
  charset: 'utf8mb4',
})

const server = createServer((_request, response) => {
  pool.query<Row[]>(QUERY, (error, rows) => {
    if (error) return response.writeHead(500).end(error.message)
    const books = rows.map(({ id, title, author, borrowed_by_id, due_date }) => ({
      id,
      title,
      author,
      available: borrowed_by_id === null,
      borrowed_by_id,
      due_date,
    }))
    const body = JSON.stringify(books)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body)
  })
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
