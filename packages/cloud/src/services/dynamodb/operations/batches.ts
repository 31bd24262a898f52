import { z } from 'zod'
import { type Operation, shape } from '../../../gateway/api.ts'
import { type Consumption, describeConsumption } from '../consumption.ts'
import { isThrottled, ValidationException } from '../errors.ts'
import { checked, expressionsOf } from '../grammar.ts'
import { itemKey } from '../keys.ts'
import { LARGEST_BATCH, MOST_BATCH_WRITES } from '../limits.ts'
import type { Table } from '../table.ts'
import type { Item } from '../values/attribute-value.ts'
import { project } from '../values/path.ts'
import { sizeOf } from '../values/size.ts'
import { item, nameOfTable, returnConsumedCapacity, returnItemCollectionMetrics } from './shapes.ts'
import { measured, type Surface } from './surface.ts'

const keysOfTable = shape({
  Keys: z.array(item),
  ConsistentRead: z.boolean().optional(),
  ProjectionExpression: z.string().optional(),
  ExpressionAttributeNames: z.custom<Readonly<Record<string, string>>>().optional(),
})

const writeRequest = shape({
  PutRequest: shape({ Item: item }).optional(),
  DeleteRequest: shape({ Key: item }).optional(),
})

type WriteRequest = z.output<typeof writeRequest>

/** Many single items, of several tables. What there is no throughput for comes back as not done. */
export function batchOperations(surface: Surface): readonly Operation[] {
  const { tables, access } = surface
  return [
    measured(surface, {
      name: 'BatchGetItem',
      input: shape({ RequestItems: z.record(z.string(), keysOfTable), ReturnConsumedCapacity: returnConsumedCapacity })
        .transform(byName)
        .transform(input => checked('batchGetItem', input)),
      authorize: ({ RequestItems, ReturnConsumedCapacity }) =>
        Object.entries(RequestItems).map(([name, request]) => {
          const { projection } = expressionsOf(request)
          const { Keys } = request
          return access.on('BatchGetItem', name, {
            keys: Keys,
            attributes: [
              ...Keys.flatMap(key => Object.keys(key)),
              ...(projection ?? []).map(([first]) => String(first)),
            ],
            select: projection ? 'SPECIFIC_ATTRIBUTES' : 'ALL_ATTRIBUTES',
            returnConsumedCapacity: ReturnConsumedCapacity,
          })
        }),
      run({ RequestItems, ReturnConsumedCapacity }) {
        const batch = new Batch()
        let bytes = 0
        const responses: [string, readonly Item[]][] = []
        const unprocessed: [string, object][] = []
        for (const [name, request] of Object.entries(RequestItems)) {
          const table = tables.use(name)
          const { projection } = expressionsOf(request)
          const { Keys, ConsistentRead = false, ProjectionExpression, ExpressionAttributeNames } = request
          const found: Item[] = []
          const left = Keys.filter(key => {
            if (bytes >= LARGEST_BATCH) return true
            return !batch.try(name, () => {
              const { item: each, consumption } = table.getInBatch(key, ConsistentRead)
              if (each) found.push(projection ? project(each, projection) : each)
              bytes += each ? sizeOf(each) : 0
              return consumption
            })
          })
          responses.push([name, found])
          const rest = { Keys: left, ConsistentRead, ProjectionExpression, ExpressionAttributeNames }
          if (left.length > 0) unprocessed.push([name, rest])
        }
        batch.requireOne()
        return {
          Responses: Object.fromEntries(responses),
          UnprocessedKeys: Object.fromEntries(unprocessed),
          ConsumedCapacity: batch.consumed(ReturnConsumedCapacity),
        }
      },
    }),
    measured(surface, {
      name: 'BatchWriteItem',
      input: shape({
        RequestItems: z.record(z.string(), z.array(writeRequest)),
        ReturnConsumedCapacity: returnConsumedCapacity,
        ReturnItemCollectionMetrics: returnItemCollectionMetrics,
      })
        .transform(byName)
        .transform(input => checked('batchWriteItem', input)),
      authorize: ({ RequestItems, ReturnConsumedCapacity }) =>
        Object.entries(RequestItems).map(([name, requests]) => {
          const items = requests.map(keyed)
          return access.on('BatchWriteItem', name, {
            keys: items,
            attributes: items.flatMap(each => Object.keys(each)),
            returnConsumedCapacity: ReturnConsumedCapacity,
          })
        }),
      run({ RequestItems, ReturnConsumedCapacity }) {
        const requests = Object.entries(RequestItems)
        if (requests.flatMap(([, each]) => each).length > MOST_BATCH_WRITES) {
          throw new ValidationException('Too many items requested for the BatchWriteItem call')
        }
        for (const [name, each] of requests) refuseTwice(tables.use(name), each)
        const batch = new Batch()
        const unprocessed: [string, readonly WriteRequest[]][] = []
        for (const [name, each] of requests) {
          const table = tables.use(name)
          const left = each.filter(request => !batch.try(name, () => write(table, request)))
          if (left.length > 0) unprocessed.push([name, left])
        }
        batch.requireOne()
        return {
          UnprocessedItems: Object.fromEntries(unprocessed),
          ConsumedCapacity: batch.consumed(ReturnConsumedCapacity),
        }
      },
    }),
  ]
}

/** What of a batch was done. */
class Batch {
  readonly #consumptions = new Map<string, Consumption[]>()
  #refusal: unknown

  /** @returns whether there was throughput for it */
  try(table: string, action: () => Consumption): boolean {
    try {
      const consumptions = this.#consumptions.get(table) ?? []
      consumptions.push(action())
      this.#consumptions.set(table, consumptions)
      return true
    } catch (error) {
      if (!isThrottled(error)) throw error
      this.#refusal ??= error
      return false
    }
  }

  /** A batch of which nothing was done is refused. API Reference "BatchGetItem" */
  requireOne(): void {
    if (this.#consumptions.size === 0 && this.#refusal !== undefined) throw this.#refusal
  }

  consumed(asked: string | undefined): readonly object[] | undefined {
    const all = [...this.#consumptions].flatMap(([name, each]) => describeConsumption(name, each, asked) ?? [])
    return all.length > 0 ? all : undefined
  }
}

/** Tables may be named by their ARN. */
function byName<Request, Input extends { readonly RequestItems: Readonly<Record<string, Request>> }>(input: Input) {
  const named = Object.entries(input.RequestItems).map(([name, request]) => [nameOfTable(name), request] as const)
  return { ...input, RequestItems: Object.fromEntries(named) as Readonly<Record<string, Request>> }
}

const keyed = ({ PutRequest, DeleteRequest }: WriteRequest): Item => PutRequest?.Item ?? DeleteRequest?.Key ?? {}

function write(table: Table, { PutRequest, DeleteRequest }: WriteRequest): Consumption {
  if (PutRequest) return table.put(PutRequest.Item, undefined, 'BatchWriteItem').consumption
  return table.delete(DeleteRequest?.Key ?? {}, undefined, 'BatchWriteItem').consumption
}

function refuseTwice(table: Table, requests: readonly WriteRequest[]): void {
  for (const request of requests) {
    if (request.PutRequest) table.checkPut(request.PutRequest.Item)
    else table.checkDelete(request.DeleteRequest?.Key ?? {})
  }
  const keys = new Set(requests.map(request => itemKey(table.record, keyed(request))))
  if (keys.size < requests.length) throw new ValidationException('Provided list of item keys contains duplicates')
}
