import type { RunningService, Service } from '../service.ts'
import { TableAccess } from './access.ts'
import { operations, REFUSED } from './operations/index.ts'
import { sweepExpired } from './sweep.ts'
import { Tables } from './tables.ts'
import { makeTemplateTables } from './template-tables.ts'
import { tableUpdates } from './updates.ts'

/** Tables of items. */
export const dynamodb: Service = {
  name: 'dynamodb',
  emulates: ['table'],
  async start(world): Promise<RunningService> {
    const tables = new Tables(world)
    try {
      makeTemplateTables(world.architecture, tables, () => world.random.uuid())
    } catch (error) {
      tables.close()
      throw error
    }
    const stopSweep = sweepExpired(world, tables)
    return {
      api: {
        signingName: 'dynamodb',
        protocol: { kind: 'json', version: '1.0', target: 'DynamoDB_20120810' },
        operations: operations({ world, tables, access: new TableAccess(tables) }),
        refused: REFUSED,
      },
      updates: tableUpdates(tables, () => world.random.uuid()),
      async stop() {
        stopSweep()
        tables.close()
      },
    }
  },
}
