import { startLocal } from './local-target.ts'
import { awsTarget } from './stack-on-aws.ts'

/** Where the conformance tests are pointed: `local` unless TERRACE_CONFORMANCE says `aws`. */
export const SIDE = sideOf(process.env.TERRACE_CONFORMANCE)

/** A running copy of `template.yaml`, here or on AWS. */
export interface Target {
  /** The value of an output of the template. @throws when it has none of that name */
  output(name: string): string
  /** Options for any client of the SDK: the account's administrator, or whoever the given credentials belong to. */
  client(credentials?: Credentials): ClientOptions
  /** What a shell needs for the AWS CLI; every output of the template is a variable in it. */
  readonly environment: Readonly<Record<string, string>>
  /** Lines before each of the operator's, such as a function that leads `aws` to another endpoint. */
  readonly prelude: string
  /** Ends what was started for the tests. */
  stop(): Promise<void>
}

/** What every client of the SDK takes. Without credentials it finds them as the SDK does. */
export interface ClientOptions {
  readonly region: string
  readonly endpoint?: string
  readonly credentials?: Credentials
  readonly maxAttempts: number
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface TargetOptions {
  /** Start the database as well; on AWS the deployed stack decides. */
  readonly database?: boolean
}

/** A target as the environment says: a cloud in this process, or the stack that TERRACE_CONFORMANCE_STACK names. */
export const startTarget = (options: TargetOptions = {}): Promise<Target> =>
  SIDE === 'aws' ? awsTarget(process.env) : startLocal(options)

function sideOf(word: string | undefined): 'local' | 'aws' {
  if (word === undefined || word === '' || word === 'local') return 'local'
  if (word === 'aws') return 'aws'
  throw new Error(`TERRACE_CONFORMANCE is "${word}"; it may be "local" or "aws"`)
}
