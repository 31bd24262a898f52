/** DynamoDB's stand-in with the table of the items. Prints its port. */
import { startTables } from '../../systems/items/api/testing/tables.ts'

const tables = await startTables()
await tables.create()
console.log(new URL(tables.url).port)
