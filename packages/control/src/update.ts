import { z } from 'zod'
import type { DeepReadonly } from './readonly.ts'

const json = <S extends z.ZodType>(schema: S) =>
  z.string().transform((text, context): z.infer<S> => {
    try {
      const read = schema.safeParse(JSON.parse(text))
      if (read.success) return read.data
    } catch {
      // Said below.
    }
    context.addIssue({ code: 'custom', message: 'is not the JSON that is expected' })
    return z.NEVER
  })

/** `POST /update?source=&parameters=&plan=`: what is to run instead, each as JSON. */
export const updateQuerySchema = z.object({
  /** A template file or a cloud assembly, by its absolute path. */
  source: json(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('template'), file: z.string().min(1) }),
      z.object({ kind: z.literal('assembly'), directory: z.string().min(1) }),
    ]),
  ),
  /** Values of the template's parameters. */
  parameters: json(z.record(z.string(), z.string())),
  /** Nothing happens but the check. */
  plan: z.literal('true').optional(),
})

/** One message of an update, a line of JSON each. */
export const updateMessageSchema = z.discriminatedUnion('kind', [
  /** Comes first: why it can't be done in place, a sentence each; none when it can. */
  z.object({ kind: z.literal('check'), refused: z.array(z.string()) }),
  /** An event of a stack, as CloudFormation has it. */
  z.object({
    kind: z.literal('event'),
    stack: z.string(),
    logicalId: z.string(),
    physicalId: z.string(),
    type: z.string(),
    status: z.string(),
    reason: z.string().optional(),
  }),
  /** Comes last: `UPDATE_COMPLETE`, `UPDATE_ROLLBACK_COMPLETE` or `UPDATE_ROLLBACK_FAILED`. */
  z.object({ kind: z.literal('end'), status: z.string(), reason: z.string().optional() }),
])

export type UpdateQuery = DeepReadonly<z.infer<typeof updateQuerySchema>>
export type UpdateMessage = DeepReadonly<z.infer<typeof updateMessageSchema>>
