import { z } from 'zod'
import { type Operation, type OperationSpec, operation, shape, wireInteger, wireList } from '../../../gateway/api.ts'
import type { Access, Caller } from '../../../identity/authorizer.ts'
import type { MessageAttribute } from '../message.ts'
import { arnOf, type Home, nameOfUrl } from '../names.ts'
import { fromQuery } from '../query-form.ts'
import type { Queues } from '../queues.ts'

export const queueUrl = z.string().min(1)

/** Lists may be left out, and be empty. */
export const texts = () => wireList(z.string()).optional()

export const optionalInteger = () => wireInteger().optional()

/** Attributes and tags. */
export const textMap = () => z.record(z.string(), z.string())

/** A message attribute as it comes in; the lists are AWS's own reserve. */
export const messageAttribute = shape({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
  StringListValues: wireList(z.never()).optional(),
  BinaryListValues: wireList(z.never()).optional(),
}).transform(
  ({ DataType, StringValue, BinaryValue }): MessageAttribute => ({
    dataType: DataType,
    ...(StringValue === undefined ? {} : { text: StringValue }),
    ...(BinaryValue === undefined ? {} : { binary: BinaryValue }),
  }),
)

/** An operation whose input may come by the Query protocol, too. */
export function sqsOperation<Schema extends z.ZodType>(spec: OperationSpec<Schema>): Operation {
  const { prepare, ...rest } = operation(spec)
  return { ...rest, prepare: (input, call) => prepare(fromQuery(input), call) }
}

/** What operations share. */
export interface Context {
  readonly home: Home
  readonly queues: Queues
}

/**
 * What a caller needs for an action on a queue. One that doesn't exist has an ARN all the same: who may not ask is not told.
 * @see Service Authorization Reference, "Actions, resources, and condition keys for Amazon SQS"
 */
export function on({ home, queues }: Context, action: string, url: string): Access {
  const name = nameOfUrl(home, url) ?? ''
  return { action: `sqs:${action}`, resource: arnOf(home, name), resourcePolicy: queues.find(name)?.policy }
}

/** The same by ARN. */
export const onArn = ({ queues }: Context, action: string, arn: string): Access => ({
  action: `sqs:${action}`,
  resource: arn,
  resourcePolicy: queues.findByArn(arn)?.policy,
})

export type { Caller }
