export { clientAddress } from './client-address.ts'
export { Gatherer } from './gatherer.ts'
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
