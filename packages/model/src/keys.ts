import type { PolicyDocument } from './data.ts'
import type { BaseNode, NodeId } from './node.ts'

/** `AWS::KMS::Key`. */
export interface KmsKey extends BaseNode<'kmsKey'> {
  /** The UUID that its ARN ends in. */
  readonly keyId: string
  readonly arn: string
  readonly description: string
  /** Absent: the default one, which leaves every decision to the policies of IAM. */
  readonly policy?: PolicyDocument
  readonly spec: KmsKeySpec
  readonly usage: KmsKeyUsage
  readonly enabled: boolean
  /** Absent: it is not rotated by itself. */
  readonly rotationPeriodDays?: number
}

/** What kind of key material it is. */
export type KmsKeySpec =
  | 'SYMMETRIC_DEFAULT'
  | 'HMAC_224'
  | 'HMAC_256'
  | 'HMAC_384'
  | 'HMAC_512'
  | 'RSA_2048'
  | 'RSA_3072'
  | 'RSA_4096'
  | 'ECC_NIST_P256'
  | 'ECC_NIST_P384'
  | 'ECC_NIST_P521'
  | 'ECC_SECG_P256K1'

/** What a key is for; it never changes. */
export type KmsKeyUsage = 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY' | 'GENERATE_VERIFY_MAC'

/** `AWS::KMS::Alias`: another name of a key. */
export interface KmsAlias extends BaseNode<'kmsAlias'> {
  /** `alias/orders` */
  readonly name: string
  readonly key: NodeId
}

/** `AWS::SecretsManager::RotationSchedule`: who changes a secret, and when. */
export interface SecretRotation {
  /** ARN of the function that is invoked for each of the four steps; absent: the schedule alone changes. */
  readonly functionArn?: string
  /** Absent: it is rotated only when somebody asks for it. */
  readonly rules?: SecretRotationRules
  /** Whether it is rotated when the schedule is made or changed, too. */
  readonly immediately: boolean
}

/** When a secret is rotated: every so many days, or by an expression, never both. */
export interface SecretRotationRules {
  readonly days?: number
  /** `rate(10 days)`, `cron(0 8 1 * ? *)`, in UTC. */
  readonly expression?: string
  /** Length of the window in which it happens, hours. */
  readonly windowHours?: number
}
