import type { Instant } from '@terrace/kit'
import type { FunctionLogging, NodeId, PolicyDocument } from '@terrace/model'

/** How a function is set; plain data, as it is kept. */
export interface FunctionSettings {
  readonly description: string
  /** Such as `nodejs22.x`. */
  readonly runtime: string
  readonly handler: string
  readonly roleArn: string
  readonly timeoutSeconds: number
  readonly memoryMiB: number
  readonly ephemeralMiB: number
  readonly architecture: 'x86_64' | 'arm64'
  readonly environment: Readonly<Record<string, string>>
  /** Ids of the VPC's own: `subnet-…`, `sg-…`. */
  readonly vpc?: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] }
  readonly deadLetterArn?: string
  readonly logging: FunctionLogging
  readonly tracing: 'PassThrough' | 'Active'
}

/** Unpacked code. */
export interface CodePackage {
  /** Absolute path of the folder that it runs in. */
  readonly folder: string
  /** Of what was uploaded, in base64. */
  readonly sha256: string
  readonly bytes: number
}

/** `$LATEST` or a version with a number, which never changes again. */
export interface FunctionVersion {
  readonly version: string
  readonly settings: FunctionSettings
  readonly code: CodePackage
  readonly modified: Instant
  /** New with every change. */
  readonly revision: string
}

export interface Alias {
  readonly name: string
  readonly description: string
  readonly version: string
  /** Share of calls that goes to other versions, 0 to 1. */
  readonly weights: Readonly<Record<string, number>>
  readonly revision: string
}

/** How asynchronous events of a version or alias are treated. */
export interface EventInvokeConfig {
  readonly modified: Instant
  readonly maximumRetries?: number
  readonly maximumAgeSeconds?: number
  /** ARNs of destinations. */
  readonly onSuccess?: string
  readonly onFailure?: string
}

/** A function with everything that belongs to it; plain data, replaced as a whole by each change. */
export interface FunctionRecord {
  readonly name: string
  /** The resource of the template that it is; absent for one that somebody made by the API. */
  readonly node?: NodeId
  readonly latest: FunctionVersion
  /** The oldest first. */
  readonly published: readonly FunctionVersion[]
  readonly nextVersion: number
  readonly aliases: readonly Alias[]
  /** By qualifier; that of the function itself is under the empty text. */
  readonly policies: Readonly<Record<string, PolicyDocument>>
  readonly reservedConcurrency?: number
  /** By qualifier. */
  readonly invokeConfigs: Readonly<Record<string, EventInvokeConfig>>
  readonly tags: Readonly<Record<string, string>>
}
