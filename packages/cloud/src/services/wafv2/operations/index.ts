import type { Operation } from '../../../gateway/api.ts'
import type { Context } from './context.ts'
import { entityOperations } from './entities.ts'
import { loggingOperations } from './logging.ts'
import { useOperations } from './use.ts'

/** The table of AWS WAF. @see WAFV2 API Reference, version 2019-07-29 */
export const operations = (context: Context): readonly Operation[] => [
  ...entityOperations(context),
  ...useOperations(context),
  ...loggingOperations(context),
]
