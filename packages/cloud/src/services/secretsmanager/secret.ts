import type { Instant } from '@terrace/kit'
import { z } from 'zod'

/** What a secret holds: text, or bytes in base 64. Neither of them: a version that a rotation has yet to fill. */
export interface SecretContent {
  readonly string?: string | undefined
  readonly binary?: string | undefined
}

const sealed = z.strictObject({
  /** The data key as KMS encrypted it, base 64. */
  key: z.string(),
  /** Nonce, tag and ciphertext, base 64. */
  data: z.string(),
})

const version = z.strictObject({
  id: z.string(),
  stages: z.array(z.string()),
  created: z.number(),
  sealed: sealed.optional(),
  // As earlier versions of Terrace kept it.
  string: z.string().optional(),
  binary: z.string().optional(),
})

const rules = z.strictObject({
  days: z.number().optional(),
  expression: z.string().optional(),
  windowHours: z.number().optional(),
})

const rotation = z.strictObject({
  enabled: z.boolean(),
  functionArn: z.string().optional(),
  rules: rules.optional(),
  /** When the next window begins. */
  next: z.number().optional(),
  last: z.number().optional(),
})

/** A secret as its file holds it. */
export const storedSecret = z.strictObject({
  arn: z.string(),
  name: z.string(),
  description: z.string(),
  created: z.number(),
  changed: z.number(),
  /** The newest version first. */
  versions: z.array(version),
  /** Absent: the template. */
  madeBy: z.literal('caller').optional(),
  keyId: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  /** As it was put. */
  policy: z.string().optional(),
  rotation: rotation.optional(),
  deletion: z.strictObject({ marked: z.number(), at: z.number() }).optional(),
  /** The day on which it was last read, at midnight UTC. */
  accessed: z.number().optional(),
  /** Of the literal text that the template had, so that a change of it is noticed. */
  literalDigest: z.string().optional(),
  /** Of all else that the template said. */
  templateDigest: z.string().optional(),
})

/** What is left of a secret of the template that was deleted: it is not made again. */
export const tombstone = z.strictObject({ name: z.string(), deleted: z.number() })

export type Sealed = Readonly<z.infer<typeof sealed>>
export type SecretVersion = Readonly<z.infer<typeof version>>
export type StoredSecret = Readonly<z.infer<typeof storedSecret>>
export type RotationRules = Readonly<z.infer<typeof rules>>
export type Rotation = Readonly<z.infer<typeof rotation>>

/** What goes into a new version. */
export interface NewValue extends SecretContent {
  /** Becomes the version's id; the same again does nothing. */
  readonly token?: string | undefined
  /** Absent: AWSCURRENT. */
  readonly stages?: readonly string[] | undefined
}

export interface WhichVersion {
  readonly id?: string | undefined
  /** Absent, and no id either: AWSCURRENT. */
  readonly stage?: string | undefined
}

/** What CreateSecret asks for. */
export interface NewSecret {
  readonly name: string
  readonly description: string
  readonly keyId?: string | undefined
  readonly tags: Readonly<Record<string, string>>
  /** Absent: it has no version yet. */
  readonly value?: NewValue | undefined
}

/** The owner of a secret that a service of AWS manages; nothing for any other. */
export const owningService = ({ tags }: StoredSecret): string | undefined => tags?.['aws:secretsmanager:owningService']

/** Midnight UTC of a moment's day. */
export const dayOf = (moment: Instant): Instant => moment - (moment % 86_400_000)
