import { z } from 'zod'
import type { Operation } from '../../../gateway/api.ts'
import { keyAttributes } from '../access.ts'
import { type Consumption, describeConsumption } from '../consumption.ts'
import { ConditionalCheckFailedException } from '../errors.ts'
import type { Expressions } from '../grammar.ts'
import type { Written } from '../table.ts'
import type { Item } from '../values/attribute-value.ts'
import { attributesIn } from '../values/condition.ts'
import { project } from '../values/path.ts'
import {
  checkedShape,
  expressionAttributes,
  item,
  returnConsumedCapacity,
  returnItemCollectionMetrics,
  returnValuesOnConditionCheckFailure,
  tableName,
} from './shapes.ts'
import { measured, type Surface } from './surface.ts'

const writeMembers = {
  TableName: tableName,
  ConditionExpression: z.string().optional(),
  ...expressionAttributes,
  ReturnValues: z.string().optional(),
  ReturnConsumedCapacity: returnConsumedCapacity,
  ReturnItemCollectionMetrics: returnItemCollectionMetrics,
  ReturnValuesOnConditionCheckFailure: returnValuesOnConditionCheckFailure,
}

/** Single items. */
export function itemOperations(surface: Surface): readonly Operation[] {
  const { tables, access } = surface
  const named = ({ TableName }: { readonly TableName: string }) => TableName
  const question = (input: WriteInput, keyed: Item, attributes: readonly string[]) => ({
    keys: [keyed],
    attributes: [...attributes, ...attributesIn(input.condition)],
    returnValues: input.ReturnValues,
    returnConsumedCapacity: input.ReturnConsumedCapacity,
  })
  return [
    measured(
      surface,
      {
        name: 'GetItem',
        input: checkedShape('getItem', {
          TableName: tableName,
          Key: item,
          ConsistentRead: z.boolean().optional(),
          ProjectionExpression: z.string().optional(),
          ExpressionAttributeNames: expressionAttributes.ExpressionAttributeNames,
          ReturnConsumedCapacity: returnConsumedCapacity,
        }),
        authorize: ({ TableName, Key, projection, ReturnConsumedCapacity }) =>
          access.on('GetItem', TableName, {
            keys: [Key],
            attributes: [...Object.keys(Key), ...(projection ?? []).map(([first]) => String(first))],
            select: projection ? 'SPECIFIC_ATTRIBUTES' : 'ALL_ATTRIBUTES',
            returnConsumedCapacity: ReturnConsumedCapacity,
          }),
        run({ TableName, Key, ConsistentRead = false, projection, ReturnConsumedCapacity }) {
          const { item: found, consumption } = tables.use(TableName).get(Key, ConsistentRead)
          return {
            Item: found && projection ? project(found, projection) : found,
            ConsumedCapacity: describeConsumption(TableName, [consumption], ReturnConsumedCapacity),
          }
        },
      },
      named,
    ),
    measured(
      surface,
      {
        name: 'PutItem',
        input: checkedShape('putItem', { ...writeMembers, Item: item }),
        authorize: input => access.on('PutItem', input.TableName, question(input, input.Item, Object.keys(input.Item))),
        run(input) {
          const written = write(input, () => tables.use(input.TableName).put(input.Item, input.condition))
          return answer(input, written.consumption, input.ReturnValues === 'ALL_OLD' ? written.before : undefined)
        },
      },
      named,
    ),
    measured(
      surface,
      {
        name: 'DeleteItem',
        input: checkedShape('deleteItem', { ...writeMembers, Key: item }),
        authorize: input =>
          access.on('DeleteItem', input.TableName, question(input, input.Key, Object.keys(input.Key))),
        run(input) {
          const written = write(input, () => tables.use(input.TableName).delete(input.Key, input.condition))
          return answer(input, written.consumption, input.ReturnValues === 'ALL_OLD' ? written.before : undefined)
        },
      },
      named,
    ),
    measured(
      surface,
      {
        name: 'UpdateItem',
        input: checkedShape('updateItem', { ...writeMembers, Key: item, UpdateExpression: z.string().optional() }),
        authorize(input) {
          const changed = (input.update?.paths ?? []).map(([first]) => String(first))
          const keys = [...keyAttributes(tables.find(input.TableName)), ...Object.keys(input.Key)]
          return access.on('UpdateItem', input.TableName, question(input, input.Key, [...keys, ...changed]))
        },
        run(input) {
          const { actions = [], paths = [] } = input.update ?? {}
          const written = write(input, () =>
            tables.use(input.TableName).update(input.Key, actions, paths, input.condition),
          )
          return answer(input, written.consumption, returned(input, written))
        },
      },
      named,
    ),
  ]
}

/** Tells the item that a condition failed on to those who ask for it. */
function write({ ReturnValuesOnConditionCheckFailure }: WriteInput, work: () => Written): Written {
  try {
    return work()
  } catch (error) {
    if (ReturnValuesOnConditionCheckFailure !== 'ALL_OLD') throw error
    throw error instanceof ConditionalCheckFailedException
      ? new ConditionalCheckFailedException(error.before, true)
      : error
  }
}

interface WriteInput extends Expressions {
  readonly TableName: string
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE' | undefined
  readonly ReturnValues?: string | undefined
  readonly ReturnConsumedCapacity?: string | undefined
}

const answer = ({ TableName, ReturnConsumedCapacity }: WriteInput, consumption: Consumption, values?: Item) => ({
  Attributes: values,
  ConsumedCapacity: describeConsumption(TableName, [consumption], ReturnConsumedCapacity),
})

function returned({ ReturnValues, update }: WriteInput, { before, after }: Written): Item | undefined {
  const whole = ReturnValues?.endsWith('OLD') ? before : ReturnValues?.endsWith('NEW') ? after : undefined
  if (!whole || ReturnValues?.startsWith('ALL')) return whole
  const changed = project(whole, update?.paths ?? [])
  return Object.keys(changed).length > 0 ? changed : undefined
}
