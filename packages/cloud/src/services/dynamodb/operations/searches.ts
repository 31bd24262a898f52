import { z } from 'zod'
import type { Operation } from '../../../gateway/api.ts'
import { describeConsumption } from '../consumption.ts'
import type { Expressions } from '../grammar.ts'
import { type Found, query, type Search, scan } from '../search.ts'
import type { Item } from '../values/attribute-value.ts'
import { attributesIn } from '../values/condition.ts'
import { checkedShape, expressionAttributes, item, returnConsumedCapacity, tableName } from './shapes.ts'
import { measured, type Surface } from './surface.ts'

const search = {
  TableName: tableName,
  IndexName: z.string().optional(),
  Select: z.string().optional(),
  Limit: z.int().optional(),
  ConsistentRead: z.boolean().optional(),
  ExclusiveStartKey: item.optional(),
  FilterExpression: z.string().optional(),
  ProjectionExpression: z.string().optional(),
  ...expressionAttributes,
  ReturnConsumedCapacity: returnConsumedCapacity,
}

/** Many items at once, in pages. */
export function searchOperations(surface: Surface): readonly Operation[] {
  const { tables, access } = surface
  const named = ({ TableName }: { readonly TableName: string }) => TableName
  return [
    measured(
      surface,
      {
        name: 'Query',
        input: checkedShape('query', {
          ...search,
          KeyConditionExpression: z.string().optional(),
          ScanIndexForward: z.boolean().optional(),
        }),
        authorize: input =>
          access.on('Query', input.TableName, {
            ...question(input),
            attributes: [...Object.keys(input.keyConditions ?? {}), ...namesIn(input)],
            keys: [equalTo(input)],
          }),
        run(input) {
          const found = query(tables.use(input.TableName), {
            ...searchOf(input),
            conditions: input.keyConditions ?? {},
            backwards: input.ScanIndexForward === false,
          })
          return answer(input, found)
        },
      },
      named,
    ),
    measured(
      surface,
      {
        name: 'Scan',
        input: checkedShape('scan', {
          ...search,
          Segment: z.int().optional(),
          TotalSegments: z.int().optional(),
        }),
        authorize: input => access.on('Scan', input.TableName, { ...question(input), attributes: namesIn(input) }),
        run(input) {
          const { Segment: number, TotalSegments: of } = input
          const segment = number === undefined || of === undefined ? undefined : { number, of }
          return answer(input, scan(tables.use(input.TableName), { ...searchOf(input), segment }))
        },
      },
      named,
    ),
  ]
}

interface SearchInput extends Expressions {
  readonly TableName: string
  readonly IndexName?: string | undefined
  readonly Select?: string | undefined
  readonly Limit?: number | undefined
  readonly ConsistentRead?: boolean | undefined
  readonly ExclusiveStartKey?: Item | undefined
  readonly ReturnConsumedCapacity?: string | undefined
}

const searchOf = (input: SearchInput): Search => ({
  indexName: input.IndexName,
  consistent: input.ConsistentRead ?? false,
  select: input.Select,
  filter: input.filter,
  projection: input.projection,
  limit: input.Limit,
  startKey: input.ExclusiveStartKey,
})

const question = ({ IndexName, Select, projection, ReturnConsumedCapacity }: SearchInput) => ({
  index: IndexName,
  select:
    Select ??
    (projection ? 'SPECIFIC_ATTRIBUTES' : IndexName === undefined ? 'ALL_ATTRIBUTES' : 'ALL_PROJECTED_ATTRIBUTES'),
  returnConsumedCapacity: ReturnConsumedCapacity,
})

const namesIn = ({ filter, projection = [] }: SearchInput): readonly string[] => [
  ...attributesIn(filter),
  ...projection.map(([first]) => String(first)),
]

/** The attributes that have to have one value: the partition key is among them. */
const equalTo = ({ keyConditions = {} }: SearchInput): Item =>
  Object.fromEntries(
    Object.entries(keyConditions).flatMap(
      ([
        name,
        {
          ComparisonOperator,
          AttributeValueList: [only],
        },
      ]) => (ComparisonOperator === 'EQ' && only ? [[name, only]] : []),
    ),
  )

const answer = ({ TableName, ReturnConsumedCapacity }: SearchInput, found: Found) => ({
  Items: found.items,
  Count: found.count,
  ScannedCount: found.scanned,
  LastEvaluatedKey: found.lastKey,
  ConsumedCapacity: describeConsumption(TableName, [found.consumption], ReturnConsumedCapacity),
})
