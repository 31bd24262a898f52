import type { z } from 'zod'
import { type Operation, type OperationSpec, operation } from '../../../gateway/api.ts'
import { AwsError } from '../../../gateway/errors.ts'
import type { World } from '../../../world.ts'
import type { TableAccess } from '../access.ts'
import { ConditionalCheckFailedException, isThrottled } from '../errors.ts'
import type { Tables } from '../tables.ts'

/** What all operations work with. */
export interface Surface {
  readonly world: Pick<World, 'architecture' | 'metrics' | 'random' | 'realtime'>
  readonly tables: Tables
  readonly access: TableAccess
}

/**
 * An operation whose time and errors are metrics.
 *
 * @param tableOf  the table that it is for; of batches there is none
 * @see Amazon DynamoDB Developer Guide "DynamoDB metrics and dimensions", SuccessfulRequestLatency, UserErrors
 */
export function measured<Schema extends z.ZodType>(
  { world: { metrics, realtime }, tables }: Surface,
  spec: OperationSpec<Schema>,
  tableOf?: (input: z.output<Schema>) => string,
): Operation {
  const namespace = 'AWS/DynamoDB'
  const failed = (error: unknown) => {
    if (!(error instanceof AwsError) || error.status !== 400) return
    if (error instanceof ConditionalCheckFailedException || isThrottled(error)) return
    metrics.put({ namespace, name: 'UserErrors', dimensions: {}, unit: 'Count', value: 1 })
  }
  const counted = <T>(action: () => T): T => {
    try {
      return action()
    } catch (error) {
      failed(error)
      throw error
    }
  }
  const made = operation({
    ...spec,
    run: (input, call) =>
      counted(() => {
        const began = realtime.now()
        const answer = spec.run(input, call)
        const table = tableOf && tables.find(tableOf(input))
        const dimensions = { TableName: table?.record.name ?? '', Operation: spec.name }
        table?.meter.put('SuccessfulRequestLatency', realtime.now() - began, dimensions, 'Milliseconds')
        return answer
      }),
  })
  return { ...made, prepare: (input, call) => counted(() => made.prepare(input, call)) }
}
