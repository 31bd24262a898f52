import { z } from 'zod'
import { onlyOne, shape } from '../../../gateway/api.ts'
import { type CheckedOperation, checked } from '../grammar.ts'
import type { AttributeValue, Item } from '../values/attribute-value.ts'

// What is inside of values, keys and expressions is checked by dynalite, in DynamoDB's own words.

/** A table by its name or its ARN; the name comes out. */
export const tableName = z.string().transform(nameOfTable)

/** `items` of `arn:aws:dynamodb:us-east-1:123456789012:table/items`. */
export function nameOfTable(text: string): string {
  return /^arn:[\w-]+:dynamodb:[\w-]*:\d*:table\/([^/]+)$/.exec(text)?.[1] ?? text
}

export const item = z.custom<Item>()
export const value = z.custom<AttributeValue>()

export const returnConsumedCapacity = z.enum(['INDEXES', 'TOTAL', 'NONE']).optional()

/** Of tables with local indexes. */
export const returnItemCollectionMetrics = onlyOne('NONE', ['SIZE'], 'the metrics of item collections')

export const returnValuesOnConditionCheckFailure = z.enum(['ALL_OLD', 'NONE']).optional()

export const expressionAttributes = {
  ExpressionAttributeNames: z.custom<Readonly<Record<string, string>>>().optional(),
  ExpressionAttributeValues: z.custom<Readonly<Record<string, AttributeValue>>>().optional(),
}

/** An input that is right in itself, with what its expressions say. @throws ValidationException */
export const checkedShape = <Members extends z.ZodRawShape>(operation: CheckedOperation, members: Members) =>
  shape(members).transform(input => checked(operation, input))

/** Tags as a list of Key and Value. */
export const tagList = z.array(shape({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))

export const tagsFrom = (tags: z.output<typeof tagList>): Readonly<Record<string, string>> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
