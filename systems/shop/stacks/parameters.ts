/**
 * The SecureStrings that have to be there before the stacks are. `deploy.ts` makes those that are missing; a template has
 * nothing but their names.
 */
export const SECURE_PARAMETERS = {
  /** Master password of the database. */
  databasePassword: '/shop/database/password',
  /** What session cookies are signed with. */
  sessionSecret: '/shop/session/secret',
  /** Password of the first operator's account. */
  operatorPassword: '/shop/operator/password',
} as const
