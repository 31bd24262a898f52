import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { LIMITS } from '../limits.ts'
import { TERMINATION_POLICIES } from '../termination-order.ts'
import { type AutoScalingView, anywhere } from './view.ts'

/** What holds for the account, and for all groups. */
export const accountOperations = (view: AutoScalingView): readonly Operation[] => [
  operation({
    name: 'DescribeAccountLimits',
    input: shape({}),
    authorize: () => anywhere('DescribeAccountLimits'),
    run: () => ({
      MaxNumberOfAutoScalingGroups: LIMITS.groups,
      MaxNumberOfLaunchConfigurations: LIMITS.launchConfigurations,
      NumberOfAutoScalingGroups: view.groups.length,
      NumberOfLaunchConfigurations: 0,
    }),
  }),
  operation({
    name: 'DescribeTerminationPolicyTypes',
    input: shape({}),
    authorize: () => anywhere('DescribeTerminationPolicyTypes'),
    run: () => ({ TerminationPolicyTypes: TERMINATION_POLICIES }),
  }),
]
