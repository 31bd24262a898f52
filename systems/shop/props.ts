import type { Scaling } from '@terrace/constructs'
import type { Mistake } from './stacks/mistakes/mistakes.ts'

/** What may be chosen about the system. */
export interface ShopOptions {
  /** Size of the web tier and of the application tier, each. Default {@link DEFAULT_SCALING}. */
  readonly scaling?: Scaling
  /** Balancers and database refuse to be deleted. Default false: one command removes everything. */
  readonly deletionProtection?: boolean
  /** Something that is wrong with it; the stories in the README. Default `none`. */
  readonly mistake?: Mistake
}

/** What the system is made of beside these files: results of a build. */
export interface ShopAssets {
  /** Build context of the image of API and worker. */
  readonly api: string
  /** Folder of the built store. */
  readonly site: string
  /** Folder with the six pictures, `red-mug.jpeg`… */
  readonly pictures: string
  /** Build context of the script of one of the stories; it runs with the mistake `schema-race` alone. */
  readonly createTables: string
}

/** One instance per zone and tier, and more under load. */
export const DEFAULT_SCALING: Scaling = { min: 2, desired: 2, max: 4, cpuPercent: 50 }
