/**
 * The SecureStrings that have to be there before the stack is. `deploy.ts` makes those that are missing; a template has
 * nothing but their names.
 */
export const SECURE_PARAMETERS = {
  /** Password of the database's owner. */
  databasePassword: '/quiz/database/password',
  /** What session cookies are signed with. */
  sessionSecret: '/quiz/site/session-secret',
} as const

/** The parameter by which the guard tells the site whether the removal tier may be called. */
export const GATE_PARAMETER = '/quiz/cutout/gate'

/** Where the balancer and the removal service listen. */
export const CUTOUT_PORT = 8000

/** Where the site listens, on its own instance alone. */
export const SITE_PORT = 3000

/** The page that every path shows; at the top of the bucket, where the CDN doesn't lead. */
export const PAGE = 'main.html'

/** What is where in the bucket. */
export const FOLDERS = {
  /** What pages load: shown by the CDN. */
  static: 'static',
  /** Pictures of quizzes: shown by the CDN. */
  media: 'media',
  /** Pictures as they were uploaded, until their background is removed. */
  uploads: 'uploads',
  /** What only the set-up of the main instance may read. */
  keys: 'keys',
  /** Dumps of the database. */
  backups: 'backups',
} as const
