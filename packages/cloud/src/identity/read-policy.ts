import type { PolicyDocument, PolicyStatement } from '@terrace/model'
import { z } from 'zod'

const oneOrMore = z.union([z.string(), z.array(z.string())])
const named = z.union([z.literal('*'), z.record(z.string(), oneOrMore)])
const value = z.union([z.string(), z.boolean(), z.number(), z.array(z.string())])

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: named.optional(),
  NotPrincipal: named.optional(),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: z.record(z.string(), z.record(z.string(), value)).optional(),
})

const policy = z.strictObject({
  Version: z.enum(['2008-10-17', '2012-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([statement, z.array(statement)]),
})

/**
 * Reads a policy that a caller brings as text; nothing when it isn't one.
 * @see IAM User Guide "Grammar of the IAM JSON policy language"
 */
export function readPolicy(text: string): PolicyDocument | undefined {
  const parsed = policy.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  const { Version, Statement } = parsed.data
  const statements = (Array.isArray(Statement) ? Statement : [Statement]).map(defined)
  return { ...(Version === undefined ? {} : { Version }), Statement: statements }
}

/** Without the members that it doesn't have. */
const defined = (read: z.infer<typeof statement>): PolicyStatement => JSON.parse(JSON.stringify(read))

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
