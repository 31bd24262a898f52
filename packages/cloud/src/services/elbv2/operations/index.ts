import type { OperationsApi } from '../../../gateway/api.ts'
import { accountOperations } from './account.ts'
import type { OperationContext } from './context.ts'
import { listenerOperations } from './listeners.ts'
import { loadBalancerOperations } from './load-balancers.ts'
import { ruleOperations } from './rules.ts'
import { targetGroupOperations } from './target-groups.ts'
import { targetOperations } from './targets.ts'

/** Elastic Load Balancing over its Query protocol, version 2015-12-01. */
export const elbv2Api = (context: OperationContext): OperationsApi => ({
  signingName: 'elasticloadbalancing',
  protocol: {
    kind: 'query',
    version: '2015-12-01',
    namespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  },
  operations: [
    ...loadBalancerOperations(context),
    ...listenerOperations(context),
    ...ruleOperations(context),
    ...targetGroupOperations(context),
    ...targetOperations(context),
    ...accountOperations(context),
  ],
})
