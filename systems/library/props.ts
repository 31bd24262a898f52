import type { Scaling } from '@terrace/constructs'
import type { StackProps } from 'aws-cdk-lib'

/** Where readers come in. */
export type Entry =
  /** CloudFront before a private bucket for the page; a public balancer before the API for the data. */
  | { readonly entry: 'cdn'; readonly firewall?: 'none' | 'managed' }
  /** A public balancer before a tier of NGINX that serves the page and passes calls on to an internal balancer. */
  | { readonly entry: 'web-tier'; readonly webScaling?: Scaling }

/** What may be chosen about the system. */
export type LibraryOptions = Entry & {
  /** Size of the application tier. Default {@link DEFAULT_SCALING}. */
  readonly scaling?: Scaling
  /** Balancers and database refuse to be deleted. Default false: one command removes everything. */
  readonly deletionProtection?: boolean
}

/** What the system is made of beside this file: results of a build. */
export interface LibraryAssets {
  /** Build context of the API's image. */
  readonly api: string
  /** Folder of the built site. */
  readonly site: string
}

export type LibraryProps = StackProps & LibraryOptions & LibraryAssets

/** One instance per zone, and one more under load. */
export const DEFAULT_SCALING: Scaling = { min: 2, desired: 2, max: 3, cpuPercent: 50 }
