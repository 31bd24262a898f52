import type { Instant } from '@terrace/kit'
import type { LARGEST_VALUE_BYTES } from '../limits.ts'

export type ParameterType = 'String' | 'StringList' | 'SecureString'
export type ParameterTier = keyof typeof LARGEST_VALUE_BYTES
export type ParameterDataType = 'text' | 'aws:ec2:image'

/** One version of a parameter. */
export interface ParameterVersion {
  readonly version: number
  readonly type: ParameterType
  /** Of a SecureString: what KMS made of it, in base 64. */
  readonly value: string
  /** Of a SecureString: the key as it was named when the value was put. */
  readonly keyId?: string | undefined
  readonly modified: Instant
  /** ARN of who put it. */
  readonly user?: string | undefined
  readonly description?: string | undefined
  readonly allowedPattern?: string | undefined
  readonly tier: ParameterTier
  readonly dataType?: ParameterDataType | undefined
  readonly labels?: readonly string[] | undefined
}

/** A parameter with its versions, the newest first. */
export interface StoredParameter {
  readonly name: string
  readonly arn: string
  readonly versions: readonly [ParameterVersion, ...ParameterVersion[]]
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** The value that the template had, for parameters of the template. */
  readonly templateValue?: string | undefined
}

/** A parameter as it is asked for: the newest version, or the one that a selector such as `:3` names. */
export interface FoundParameter extends ParameterVersion {
  readonly name: string
  readonly arn: string
  readonly selector?: string
}

/** What PutParameter asks for. */
export interface NewParameter {
  readonly name: string
  /** As it is kept: of a SecureString, encrypted. */
  readonly value: string
  readonly keyId?: string | undefined
  /** Absent: as it is. */
  readonly type?: ParameterType | undefined
  readonly description?: string | undefined
  readonly allowedPattern?: string | undefined
  readonly dataType?: ParameterDataType | undefined
  readonly overwrite: boolean
  readonly tier?: ParameterTier | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly user?: string | undefined
}
