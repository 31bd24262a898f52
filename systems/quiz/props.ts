import type { StackProps } from 'aws-cdk-lib'

/** What may be chosen about the system. */
export interface QuizOptions {
  /**
   * What moves the size of the removal tier. `shipped`: target tracking alone. `original`: all three policies of the
   * document, which work against each other. Default `shipped`.
   */
  readonly policies?: 'shipped' | 'original'
  /** PostgreSQL as a process of the main instance, or RDS. Default `instance`. */
  readonly database?: 'instance' | 'rds'
  /** What becomes of an instance of the removal tier that is not ready in time. Default `ABANDON`. */
  readonly lateLaunch?: 'ABANDON' | 'CONTINUE'
  /** Balancer and database refuse to be deleted. Default false: one command removes everything. */
  readonly deletionProtection?: boolean
}

/** What the system is made of beside these files: results of a build. */
export interface QuizAssets {
  /** Build context of the site's image. */
  readonly site: string
  /** Build context of the image of the removal service. */
  readonly cutout: string
  /** Folder with `main.html` and, in `static/`, what it loads. */
  readonly pages: string
  /** Folder with the guard's code. */
  readonly guard: string
}

export type QuizProps = StackProps & QuizOptions & QuizAssets
