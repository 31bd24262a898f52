import type { Duration } from '@terrace/kit'
import type { BaseNode, NodeId } from './node.ts'

/** `AWS::Lambda::Function` that Node runs, with its versions, aliases, permissions and settings of asynchronous calls. */
export interface LambdaFunction extends BaseNode<'function'> {
  readonly name: string
  readonly arn: string
  readonly description: string
  /** Such as `nodejs22.x`. */
  readonly runtime: string
  /** `<file without its ending>.<export>` */
  readonly handler: string
  readonly code: FunctionCode
  /** ARN of the role that it runs as. */
  readonly role: string
  readonly timeout: Duration
  readonly memoryMiB: number
  readonly architecture: 'x86_64' | 'arm64'
  readonly environment: Readonly<Record<string, string>>
  /** Absent: it is outside of every VPC. */
  readonly vpc?: { readonly subnets: readonly NodeId[]; readonly securityGroups: readonly NodeId[] }
  /** Absent: it takes of what the account has. */
  readonly reservedConcurrency?: number
  /** The queue or topic for events that it could not handle. */
  readonly deadLetterArn?: string
  readonly logging: FunctionLogging
  readonly versions: readonly FunctionVersion[]
  readonly aliases: readonly FunctionAlias[]
  readonly permissions: readonly FunctionPermission[]
  readonly eventInvokeConfigs: readonly FunctionEventInvokeConfig[]
}

/** The files of a function: a directory or a zip archive of the assembly, or the text of `index.js`. */
export type FunctionCode =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'inline'; readonly text: string }

/** `LoggingConfig`. */
export interface FunctionLogging {
  readonly format: 'Text' | 'JSON'
  /** Least level of the application's own lines, in JSON alone. */
  readonly applicationLevel?: string
  /** Least level of the lines of Lambda itself, in JSON alone. */
  readonly systemLevel?: string
  /** Absent: `/aws/lambda/<name>`. */
  readonly group?: string
}

/** `AWS::Lambda::Version`: the function as it is, under a number. */
export interface FunctionVersion {
  readonly description: string
}

/** `AWS::Lambda::Alias`. */
export interface FunctionAlias {
  readonly name: string
  readonly description: string
  /** A number or `$LATEST`. */
  readonly version: string
  /** Share of calls, 0 to 1, that goes to other versions. */
  readonly weights: Readonly<Record<string, number>>
}

/** `AWS::Lambda::Permission`. */
export interface FunctionPermission {
  readonly statementId: string
  /** Of a version or alias alone. */
  readonly qualifier?: string
  readonly action: string
  /** A service, an account, an ARN, or `*`. */
  readonly principal: string
  readonly sourceArn?: string
  readonly sourceAccount?: string
  readonly principalOrganization?: string
}

/** `AWS::Lambda::EventInvokeConfig`. */
export interface FunctionEventInvokeConfig {
  /** `$LATEST`, a version or an alias. */
  readonly qualifier: string
  readonly maximumRetries?: number
  readonly maximumAge?: Duration
  /** ARNs. */
  readonly onSuccess?: string
  readonly onFailure?: string
}

/** `AWS::Lambda::EventSourceMapping` of a queue. */
export interface EventSourceMapping extends BaseNode<'eventSourceMapping'> {
  /** As given: a name, or an ARN with or without version or alias. */
  readonly functionName: string
  /** ARN of the queue. */
  readonly sourceArn: string
  readonly enabled: boolean
  readonly batchSize: number
  readonly batchingWindow: Duration
  /** Event patterns, as JSON texts: a message that fits none is deleted unseen. */
  readonly filters: readonly string[]
  readonly reportsBatchItemFailures: boolean
  readonly maximumConcurrency?: number
}
