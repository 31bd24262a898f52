import { seeded } from '@terrace/kit'
import { DynamoItems } from '../data/dynamo-items.ts'
import { MemoryItems } from '../data/memory-items.ts'
import type { ItemRepository } from '../data/repository.ts'
import { startTables } from './tables.ts'

/** Empty repositories of one kind. */
export interface Repositories extends AsyncDisposable {
  create(): Promise<ItemRepository>
}

export interface RepositoryKind {
  readonly kind: string
  start(): Promise<Repositories>
}

/** Both, so that what is shown of one is shown of the other. */
export const repositoryKinds: readonly RepositoryKind[] = [
  {
    kind: 'memory',
    start: async () => ({ create: async () => new MemoryItems(), [Symbol.asyncDispose]: async () => {} }),
  },
  {
    kind: 'DynamoDB (dynalite)',
    async start() {
      const tables = await startTables()
      return {
        create: async () => {
          const name = await tables.create()
          return new DynamoItems(tables.client, name, seeded(name))
        },
        [Symbol.asyncDispose]: () => tables[Symbol.asyncDispose](),
      }
    },
  },
]
