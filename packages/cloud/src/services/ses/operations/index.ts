import type { Operation } from '../../../gateway/api.ts'
import type { Ses } from '../ses.ts'
import { accountOperations } from './account.ts'
import { configurationSetOperations } from './configuration-sets.ts'
import { identityOperations } from './identities.ts'
import { sending } from './sending.ts'
import { templateOperations } from './templates.ts'
import { versionOne } from './version-1.ts'

export { REFUSED } from './version-1.ts'

/** The table of SES. Version 1 comes first: a form finds an operation by its name, a path by its route. */
export const operations = (ses: Ses): readonly Operation[] => [
  ...versionOne(ses),
  ...sending(ses),
  ...identityOperations(ses),
  ...templateOperations(ses),
  ...configurationSetOperations(ses),
  ...accountOperations(ses),
]
