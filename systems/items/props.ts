import type { StackProps } from 'aws-cdk-lib'
import type { Environment } from './environments/environment.ts'

/** What may be chosen about the system. */
export interface ItemsOptions {
  /** Which settings. */
  readonly environment: Environment
  /** Stands before the environment in the names that people look for: `<project>-<environment>-api`. */
  readonly project: string
  /** What the API says of itself at `/api/v1/info`: a release or a commit. */
  readonly version: string
  /** An image of the API that a pipeline has pushed to ECR. Default: `cdk deploy` builds and pushes the one of this folder. */
  readonly image?: string
}

/** What the system is made of beside these files: results of a build. */
export interface ItemsAssets {
  /** Build context of the API's image. */
  readonly api: string
  /** Folder of the built site. */
  readonly site: string
  /** Folder with the code of the function that makes new keys. */
  readonly rotation: string
}

export type ItemsProps = StackProps & ItemsOptions & ItemsAssets
