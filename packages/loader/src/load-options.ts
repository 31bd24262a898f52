import type { DescribedResource } from './changes/described-resource.ts'
import type { PropertyTrace } from './nodes/property-trace.ts'
import type { PublicNames } from './references/identity.ts'

/** What a template leaves open. */
export interface LoadOptions {
  /** Name of the architecture; default: the first stack's, or the template file's. */
  readonly name?: string
  /** Default `us-east-1`; the environment in a cloud assembly wins. */
  readonly region?: string
  /** Default `123456789012`; the environment in a cloud assembly wins. */
  readonly account?: string
  /** Values of parameters, for every stack that declares them. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Where public names of AWS end; default `elb.amazonaws.com` and `cloudfront.net`. */
  readonly publicNames?: PublicNames
  /** Told each property that a resource is asked for. */
  readonly onProperty?: PropertyTrace
  /** Told every resource with its resolved properties, stack by stack: what two loads are compared by. */
  readonly onResource?: (resource: DescribedResource) => void
}

/** What is used where the options say nothing. */
export const DEFAULT_OPTIONS = {
  region: 'us-east-1',
  account: '123456789012',
  parameters: {},
  publicNames: { loadBalancer: 'elb.amazonaws.com', distribution: 'cloudfront.net' },
} as const
