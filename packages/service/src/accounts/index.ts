export { type OwnSession, type PasswordChange, passwordChangeSchema, sessionSchemaOf } from './account-schemas.ts'
export type { AccountStore } from './account-store.ts'
export { clientAddress } from './client-address.ts'
export { Gatherer } from './gatherer.ts'
export { LogIns, type LogInsOptions } from './log-ins.ts'
export { addOwnRoutes } from './own-routes.ts'
export { knownPasswordField, newPasswordField } from './password-fields.ts'
export { hashPassword, isPassword } from './password-hash.ts'
export { passwordProblem } from './password-rules.ts'
export type { AccountTables } from './tables.ts'
export {
  countTry,
  forgetTries,
  forgetTriesBefore,
  guardTries,
  type Limit,
  logInsOf,
  logInsOfClient,
} from './tries.ts'
export { type AccountsOfSessions, forgetSessionsEndedBefore, Visitors } from './visitors.ts'
