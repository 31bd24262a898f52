import { z } from 'zod'

/** A target as it is kept: AWS's words in ours. */
const storedTarget = z.strictObject({
  id: z.string(),
  arn: z.string(),
  roleArn: z.string().optional(),
  input: z.string().optional(),
  inputPath: z.string().optional(),
  transformer: z.strictObject({ paths: z.record(z.string(), z.string()), template: z.string() }).optional(),
  messageGroupId: z.string().optional(),
  deadLetterArn: z.string().optional(),
  retryAttempts: z.number().optional(),
  retryAgeSeconds: z.number().optional(),
})

export type StoredTarget = Readonly<z.infer<typeof storedTarget>>

const storedRule = z.strictObject({
  bus: z.string(),
  name: z.string(),
  description: z.string(),
  enabled: z.boolean(),
  pattern: z.string().optional(),
  schedule: z.string().optional(),
  /** From here its rate counts. */
  scheduledFrom: z.number(),
  roleArn: z.string().optional(),
  tags: z.record(z.string(), z.string()),
  targets: z.array(storedTarget),
  /** The resource of the template that it is. */
  node: z.string().optional(),
})

export type StoredRule = Readonly<z.infer<typeof storedRule>>

const storedBus = z.strictObject({
  name: z.string(),
  description: z.string(),
  /** JSON; absent: none. */
  policy: z.string().optional(),
  deadLetterArn: z.string().optional(),
  kmsKey: z.string().optional(),
  /** As it is described: a bus writes no logs. */
  logs: z.strictObject({ Level: z.string().optional(), IncludeDetail: z.string().optional() }).optional(),
  tags: z.record(z.string(), z.string()),
  createdAt: z.number(),
  modifiedAt: z.number(),
  node: z.string().optional(),
})

export type StoredBus = Readonly<z.infer<typeof storedBus>>

/** Everything that EventBridge keeps. */
export const storedState = z.strictObject({ buses: z.array(storedBus), rules: z.array(storedRule) })

export type StoredState = Readonly<z.infer<typeof storedState>>
