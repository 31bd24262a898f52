import { nodesOf } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape, wireList } from '../../../gateway/api.ts'
import { ValidationError } from '../errors.ts'
import { pageOf, paging } from './paging.ts'
import { type AutoScalingView, anywhere, groupNamed, onGroup } from './view.ts'

const change = () => shape({ AutoScalingGroupName: z.string(), TargetGroupARNs: wireList(z.string()) })

/** The target groups of groups. */
export const targetGroupOperations = (view: AutoScalingView): readonly Operation[] => [
  operation({
    name: 'AttachLoadBalancerTargetGroups',
    input: change(),
    authorize: input => onGroup(view, 'AttachLoadBalancerTargetGroups', input.AutoScalingGroupName),
    run(input) {
      groupNamed(view, input.AutoScalingGroupName).attachments.attach(nodesNamed(view, input.TargetGroupARNs))
      return {}
    },
  }),
  operation({
    name: 'DetachLoadBalancerTargetGroups',
    input: change(),
    authorize: input => onGroup(view, 'DetachLoadBalancerTargetGroups', input.AutoScalingGroupName),
    run(input) {
      groupNamed(view, input.AutoScalingGroupName).attachments.detach(nodesNamed(view, input.TargetGroupARNs))
      return {}
    },
  }),
  operation({
    name: 'DescribeLoadBalancerTargetGroups',
    input: shape({ AutoScalingGroupName: z.string(), ...paging }),
    authorize: () => anywhere('DescribeLoadBalancerTargetGroups'),
    run(input) {
      const { items, next } = pageOf(groupNamed(view, input.AutoScalingGroupName).attachments.all, input)
      const groups = items.map(({ arn, state }) => ({ LoadBalancerTargetGroupARN: arn, State: state }))
      return { LoadBalancerTargetGroups: groups, NextToken: next }
    },
  }),
  operation({
    name: 'DescribeTrafficSources',
    input: shape({ AutoScalingGroupName: z.string(), TrafficSourceType: z.string().optional(), ...paging }),
    authorize: () => anywhere('DescribeTrafficSources'),
    run(input) {
      const all = groupNamed(view, input.AutoScalingGroupName).attachments.all
      const wanted = (input.TrafficSourceType ?? 'elbv2') === 'elbv2' ? all : []
      const { items, next } = pageOf(wanted, input)
      const sources = items.map(({ arn, state }) => ({ Identifier: arn, State: state, Type: 'elbv2' }))
      return { TrafficSources: sources, NextToken: next }
    },
  }),
]

function nodesNamed({ world }: AutoScalingView, arns: readonly string[]): readonly string[] {
  const groups = nodesOf(world.architecture, 'targetGroup')
  return arns.map(arn => {
    const found = groups.find(group => group.arn === arn)
    if (found) return found.id
    throw new ValidationError(`Provided Target Groups may not be valid. Please ensure they exist and try again: ${arn}`)
  })
}
