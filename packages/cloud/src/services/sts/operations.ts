import type { Operation } from '../../gateway/api.ts'
import { operation, shape } from '../../gateway/api.ts'
import { AccessDenied } from '../../gateway/errors.ts'
import { identityOf } from './state.ts'

/** The table of STS. */
export const operations = (account: string): readonly Operation[] => [
  operation({
    name: 'GetCallerIdentity',
    input: shape({}),
    // Needs no permission, not even against a deny. STS API Reference "GetCallerIdentity".
    authorize: () => [],
    run(_input, { principal }) {
      const identity = identityOf(principal, account)
      if (!identity) throw new AccessDenied()
      return identity
    },
  }),
]
