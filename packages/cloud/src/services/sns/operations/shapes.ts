import { z } from 'zod'
import { decided, type Operation, type OperationSpec, operation, shape } from '../../../gateway/api.ts'
import { AccessDenied } from '../../../gateway/errors.ts'
import { namedList } from '../../../gateway/xml.ts'
import type { Access, Authorizer } from '../../../identity/authorizer.ts'
import type { World } from '../../../world.ts'
import { AuthorizationError } from '../errors.ts'
import type { MessageAttribute } from '../message-attributes.ts'
import type { Home } from '../names.ts'
import type { Publisher } from '../publisher.ts'
import type { Subscriptions } from '../subscriptions.ts'
import type { Topics } from '../topics.ts'

/** What operations share. */
export interface Context {
  readonly home: Home
  readonly topics: Topics
  readonly subscriptions: Subscriptions
  readonly publisher: Publisher
  readonly authorizer: Authorizer
  readonly world: Pick<World, 'journal'>
}

/** An operation that answers a missing permission with SNS's own code. */
export function snsOperation<Schema extends z.ZodType>(
  { authorizer }: Context,
  spec: OperationSpec<Schema>,
): Operation {
  const { prepare, ...rest } = operation(spec)
  return {
    ...rest,
    prepare(input, call) {
      const { access, run } = prepare(input, call)
      return {
        access: [],
        async run() {
          try {
            for (const each of access) authorizer.require(call, each)
          } catch (error) {
            throw error instanceof AccessDenied ? new AuthorizationError(error.message) : error
          }
          return await run()
        },
      }
    },
  }
}

const empty = z.literal('').transform((): readonly never[] => [])

/** A map of texts, which the form writes as a list. */
export const textMap = () =>
  z
    .union([z.array(shape({ key: z.string(), value: z.string().default('') })), empty])
    .transform(
      (entries): Readonly<Record<string, string>> => Object.fromEntries(entries.map(({ key, value }) => [key, value])),
    )

/** The attributes of a message, which the form writes as a list. */
export const messageAttributes = () =>
  z
    .union([
      z.array(
        shape({
          Name: z.string(),
          Value: shape({
            DataType: z.string(),
            StringValue: z.string().optional(),
            BinaryValue: z.string().optional(),
          }),
        }),
      ),
      empty,
    ])
    .transform(
      (entries): Readonly<Record<string, MessageAttribute>> =>
        Object.fromEntries(
          entries.map(({ Name, Value: { DataType, StringValue, BinaryValue } }) => [
            Name,
            {
              dataType: DataType,
              ...(StringValue === undefined ? {} : { text: StringValue }),
              ...(BinaryValue === undefined ? {} : { binary: BinaryValue }),
            },
          ]),
        ),
    )

/** A member that nothing here can carry out. @param what  what it asks for */
export const notHere = (what: string) =>
  decided(
    z
      .string()
      .refine(() => false, { params: { notEmulated: what } })
      .optional(),
  )

/** A map as answers write it. */
export const wireMap = (map: Readonly<Record<string, string | undefined>>) =>
  namedList(
    'entry',
    Object.entries(map).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }])),
  )

/**
 * What a caller needs for an action on a topic. One that doesn't exist has an ARN all the same: who may not ask is not told.
 * @see Service Authorization Reference, "Actions, resources, and condition keys for Amazon SNS"
 */
export const on = ({ topics }: Context, action: string, arn: string, context?: Access['context']): Access => ({
  action: `sns:${action}`,
  resource: arn,
  resourcePolicy: topics.find(arn)?.policy,
  context,
})

/** The same for actions that know no resource. */
export const anywhere = (action: string): Access => ({ action: `sns:${action}`, resource: '*' })
