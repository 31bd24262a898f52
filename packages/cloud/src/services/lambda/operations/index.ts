import type { Operation } from '../../../gateway/api.ts'
import { accountOperations } from './account.ts'
import { aliasOperations } from './aliases.ts'
import { concurrencyOperations } from './concurrency.ts'
import { eventInvokeOperations } from './event-invoke.ts'
import { functionOperations } from './functions.ts'
import { invokeOperations } from './invoke.ts'
import type { Lambda } from './lambda.ts'
import { mappingOperations } from './mappings.ts'
import { policyOperations } from './policy.ts'

/** The table of Lambda. */
export const operations = (lambda: Lambda): readonly Operation[] => [
  ...invokeOperations(lambda),
  ...functionOperations(lambda),
  ...aliasOperations(lambda),
  ...policyOperations(lambda),
  ...concurrencyOperations(lambda),
  ...eventInvokeOperations(lambda),
  ...mappingOperations(lambda),
  ...accountOperations(lambda),
]
