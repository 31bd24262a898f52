import type { Scaling } from '@terrace/constructs'
import type { StackProps } from 'aws-cdk-lib'

/** What may be chosen about the system. */
export interface NotesOptions {
  /** How many tasks. Default {@link DEFAULT_SCALING}. */
  readonly scaling?: Scaling
  /** Balancer and database refuse to be deleted. Default false: one command removes everything. */
  readonly deletionProtection?: boolean
}

/** What the system is made of beside this file: results of a build. */
export interface NotesAssets {
  /** Build context of the application's image. */
  readonly app: string
}

export type NotesProps = StackProps & NotesOptions & NotesAssets

/** One task per zone, and twice as many under load. */
export const DEFAULT_SCALING: Scaling = { min: 2, desired: 2, max: 4, cpuPercent: 50 }
