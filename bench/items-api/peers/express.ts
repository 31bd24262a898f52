/**
 * What one writes with Express 5 and no schema: the same items in the same kind of memory, the same cursors, checks by
 * hand, and nothing else: no log, no ids, no headers. Arguments: how many items, and their seed. Prints its port.
 */
import type { AddressInfo } from 'node:net'
import express from 'express'
import { type CursorKeys, cursorKey, readCursor, writeCursor } from '../../../systems/items/api/cursors/cursor.ts'
import { MemoryItems } from '../../../systems/items/api/data/memory-items.ts'
import { fill } from '../fill.ts'
import { CURSOR_KEY } from '../key.ts'

const [count, seed] = process.argv.slice(2)
const key = cursorKey(CURSOR_KEY)
const keys: CursorKeys = { current: key, find: id => (id === key.id ? key : undefined), refresh: async () => {} }
const items = new MemoryItems()
await fill(items, Number(count), Number(seed))

const app = express()
app.get('/api/v1/items', async (request, response) => {
  const { limit = '20', cursor, q } = request.query
  const size = Number(limit)
  if (!Number.isInteger(size) || size < 1 || size > 100) {
    response.status(422).json({ detail: 'limit must be a whole number from 1 to 100' })
    return
  }
  const search = typeof q === 'string' ? q : undefined
  const scope = search?.toLowerCase() ?? ''
  const after = typeof cursor === 'string' ? await readCursor(keys, cursor, scope) : undefined
  const page = await items.list({ limit: size, search, after })
  response.json({ items: page.items, next: page.next === undefined ? null : writeCursor(keys, page.next, scope) })
})
const server = app.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
