import { z } from 'zod'
import { accepted, wireInteger } from '../../../gateway/api.ts'
import { LARGEST_PAGE } from '../limits.ts'

/** Names of templates, configuration sets and event destinations. */
export const resourceName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/)

export const tagList = z.array(z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256) })).max(50)

/** Tags as they are kept. */
export const readTags = (tags: z.infer<typeof tagList> = []): Readonly<Record<string, string>> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))

/** Tags as they are answered. */
export const writeTags = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** The members of every list; `PageSize` comes in the query, as text. */
export const pageMembers = { NextToken: z.string().optional(), PageSize: wireInteger().optional() }

/** How many are on a page. */
export const pageSize = (asked: number | undefined, most = LARGEST_PAGE, otherwise = most): number =>
  Math.min(Math.max(asked ?? otherwise, 1), most)

/** An address, or a name and an address; what it may be is decided where it is read. */
export const addressText = z.string().min(1)

/** Says which account's identity is meant. */
export const identityArn = () => accepted(z.string().optional(), 'there is no other account whose identity it could be')
