import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { unreservedOf } from '../concurrency.ts'
import { ACCOUNT_CONCURRENCY, LARGEST_CODE } from '../limits.ts'
import type { Lambda } from './lambda.ts'

/** Code that all functions of an account may have together, bytes. Lambda Developer Guide, "Lambda quotas" */
const ALL_CODE = 75 * 1024 ** 3

/** Longest zip in a call, bytes. The same page */
const LONGEST_ZIP = 50 * 1024 * 1024

/** What the account may have, and what it has. */
export const accountOperations = ({ functions }: Lambda): readonly Operation[] => [
  operation({
    name: 'GetAccountSettings',
    route: 'GET /2016-08-19/account-settings',
    input: shape({}),
    authorize: () => ({ action: 'lambda:GetAccountSettings', resource: '*' }),
    run() {
      const all = functions.list()
      const codes = all.flatMap(({ latest, published }) => [latest, ...published]).map(({ code }) => code.bytes)
      return {
        AccountLimit: {
          TotalCodeSize: ALL_CODE,
          CodeSizeUnzipped: LARGEST_CODE,
          CodeSizeZipped: LONGEST_ZIP,
          ConcurrentExecutions: ACCOUNT_CONCURRENCY,
          UnreservedConcurrentExecutions: unreservedOf(all),
        },
        AccountUsage: { TotalCodeSize: codes.reduce((sum, size) => sum + size, 0), FunctionCount: all.length },
      }
    },
  }),
]
