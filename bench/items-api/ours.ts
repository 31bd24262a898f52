/** Our API. Arguments: how many items, their seed, and the URL of dynalite, without which they are in memory. */
import { seeded, systemClock } from '@terrace/kit'
import { runPlainService } from '@terrace/service/plain'
import { RotatingKeys } from '../../systems/items/api/cursors/rotating-keys.ts'
import { DynamoItems } from '../../systems/items/api/data/dynamo-items.ts'
import { MemoryItems } from '../../systems/items/api/data/memory-items.ts'
import { createItems } from '../../systems/items/api/items.ts'
import { localClient } from '../../systems/items/api/testing/tables.ts'
import { fill } from './fill.ts'
import { CURSOR_KEY } from './key.ts'

const [count, seed, dynalite] = process.argv.slice(2)
const items = dynalite ? new DynamoItems(localClient(dynalite), 'items-1', seeded(1)) : new MemoryItems()
await fill(items, Number(count), Number(seed))

Object.assign(process.env, { PORT: process.env.PORT ?? '0', TABLE_NAME: 'items-1', CURSOR_SECRET: 'cursors' })
await runPlainService(
  createItems(({ log }) => ({
    items,
    keys: new RotatingKeys(async () => [CURSOR_KEY], systemClock, log),
    close: () => {},
  })),
)
