// DynamoDB behind a gateway in a process of its own, which a test kills: `node testing-process.ts <state folder>`. It prints
// the gateway's address, and ends with its input.
import { startTestCloud } from '../../gateway/testing.ts'
import { dynamodb } from './index.ts'
import { testTable } from './testing.ts'

const [state = ''] = process.argv.slice(2)
const items = testTable('items', {
  attributeTypes: { id: 'S', version: 'N' },
  globalIndexes: [
    { name: 'byVersion', key: { partition: 'version' }, projection: 'all', throughput: { mode: 'onDemand' } },
  ],
})
const { gateway } = await startTestCloud({ nodes: [items], services: [dynamodb], state })
console.log(gateway.url)
process.stdin.on('close', () => process.exit(0)).resume()
