/** Our API. Arguments: how many items, their seed, and the URL of dynalite, without which they are in memory. */
import { seeded } from '@terrace/kit'
import { runPlainService } from '@terrace/service/plain'
import { DynamoItems } from '../../systems/items/api/data/dynamo-items.ts'
import { MemoryItems } from '../../systems/items/api/data/memory-items.ts'
import { localClient } from '../../systems/items/api/testing/tables.ts'
import { fill } from './fill.ts'
import { ENVIRONMENT, serviceOver } from './service.ts'

const [count, seed, dynalite] = process.argv.slice(2)
const items = dynalite ? new DynamoItems(localClient(dynalite), 'items-1', seeded(1)) : new MemoryItems()
await fill(items, Number(count), Number(seed))

Object.assign(process.env, ENVIRONMENT)
await runPlainService(serviceOver(items))
