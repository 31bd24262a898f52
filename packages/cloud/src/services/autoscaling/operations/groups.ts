import { type AutoScalingGroup, nodesOf } from '@terrace/model'
import { z } from 'zod'
import { accepted, type Operation, operation, shape, wireBoolean, wireInteger, wireList } from '../../../gateway/api.ts'
import { NotEmulated } from '../../../gateway/errors.ts'
import { ValidationError } from '../errors.ts'
import type { RunningGroup } from '../group.ts'
import { LIMITS } from '../limits.ts'
import { coolingDown } from '../policies/policy-book.ts'
import { TERMINATION_POLICIES } from '../termination-order.ts'
import { describeGroup } from './describe.ts'
import { readFilters, wireFilters } from './filters.ts'
import { pageOf, paging } from './paging.ts'
import { type AutoScalingView, anywhere, groupNamed, launchTemplateNamed, onGroup, wireSeconds } from './view.ts'

const templateShape = shape({
  LaunchTemplateId: z.string().optional(),
  LaunchTemplateName: z.string().optional(),
  Version: accepted(z.string().optional(), 'a template of the stack has one version'),
})

/** The operations on groups as a whole. */
export const groupOperations = (view: AutoScalingView): readonly Operation[] => [
  operation({
    name: 'DescribeAutoScalingGroups',
    input: shape({
      AutoScalingGroupNames: wireList(z.string()).optional(),
      Filters: wireFilters().optional(),
      IncludeInstances: wireBoolean().optional(),
      ...paging,
    }),
    authorize: () => anywhere('DescribeAutoScalingGroups'),
    run(input) {
      const names = input.AutoScalingGroupNames
      const passes = readFilters(input.Filters, TAG_FILTERS)
      const found = view.groups.filter(
        group =>
          (!names?.length || names.includes(group.definition.name) || names.includes(group.state.arn)) &&
          passes(tagValues(group)),
      )
      const { items, next } = pageOf(found, input, LIMITS.groupPage)
      const groups = items.map(group => describeGroup(view.world, group))
      const shown = input.IncludeInstances === false ? groups.map(group => ({ ...group, Instances: [] })) : groups
      return { AutoScalingGroups: shown, NextToken: next }
    },
  }),
  operation({
    name: 'UpdateAutoScalingGroup',
    input: shape({
      AutoScalingGroupName: z.string(),
      LaunchTemplate: templateShape.optional(),
      MinSize: wireInteger().optional(),
      MaxSize: wireInteger().optional(),
      DesiredCapacity: wireInteger().optional(),
      DefaultCooldown: wireSeconds(0, 86_400).optional(),
      HealthCheckType: z.string().optional(),
      HealthCheckGracePeriod: wireSeconds(0, 86_400).optional(),
      VPCZoneIdentifier: z.string().optional(),
      TerminationPolicies: wireList(z.string()).optional(),
      NewInstancesProtectedFromScaleIn: wireBoolean().optional(),
      MaxInstanceLifetime: wireSeconds(0, 31_536_000).optional(),
      DefaultInstanceWarmup: wireSeconds(-1, 3600).optional(),
      InstanceMaintenancePolicy: shape({
        MinHealthyPercentage: wireInteger().optional(),
        MaxHealthyPercentage: wireInteger().optional(),
      }).optional(),
      AvailabilityZoneDistribution: shape({
        CapacityDistributionStrategy: z.enum(['balanced-best-effort', 'balanced-only']).optional(),
      }).optional(),
    }),
    authorize: input => onGroup(view, 'UpdateAutoScalingGroup', input.AutoScalingGroupName),
    run(input) {
      const group = groupNamed(view, input.AutoScalingGroupName)
      const { definition } = group
      const minSize = input.MinSize ?? definition.minSize
      const maxSize = input.MaxSize ?? definition.maxSize
      if (minSize > maxSize) throw new ValidationError('Min bound, max bound, and desired capacity are not consistent')
      const desired = input.DesiredCapacity
      if (desired !== undefined && (desired < minSize || desired > maxSize))
        throw new ValidationError(
          `Desired capacity:${desired} must be between the specified min size:${minSize} and max size:${maxSize}`,
        )
      checkTerminationPolicies(input.TerminationPolicies)
      const { MaxInstanceLifetime: lifetime, DefaultInstanceWarmup: warmup, InstanceMaintenancePolicy: policy } = input
      if (lifetime && lifetime < LIMITS.maxInstanceLifetime.least)
        throw new ValidationError('The value of MaxInstanceLifetime must be 0 or at least 86400 seconds')
      const changes: Partial<AutoScalingGroup> = {
        minSize,
        maxSize,
        ...(input.LaunchTemplate ? { machine: machineOf(view, input.LaunchTemplate) } : {}),
        ...given('defaultCooldown', input.DefaultCooldown),
        ...given('terminationPolicies', input.TerminationPolicies),
        ...given('newInstancesProtected', input.NewInstancesProtectedFromScaleIn),
        ...given('zoneDistribution', input.AvailabilityZoneDistribution?.CapacityDistributionStrategy),
        ...(input.VPCZoneIdentifier === undefined ? {} : { subnets: subnetsNamed(view, input.VPCZoneIdentifier) }),
        healthChecks: {
          elb: input.HealthCheckType === undefined ? definition.healthChecks.elb : elbIn(input.HealthCheckType),
          gracePeriod: input.HealthCheckGracePeriod ?? definition.healthChecks.gracePeriod,
        },
      }
      const cleared: ('maxInstanceLifetime' | 'defaultInstanceWarmup' | 'maintenance')[] = []
      if (lifetime === 0) cleared.push('maxInstanceLifetime')
      if (warmup !== undefined && warmup < 0) cleared.push('defaultInstanceWarmup')
      if (policy && (policy.MinHealthyPercentage === -1 || policy.MaxHealthyPercentage === -1))
        cleared.push('maintenance')
      group.state.clear(cleared)
      void group.update(
        {
          ...changes,
          ...(lifetime ? { maxInstanceLifetime: lifetime } : {}),
          ...(warmup !== undefined && warmup >= 0 ? { defaultInstanceWarmup: warmup } : {}),
          ...(policy && !cleared.includes('maintenance') ? { maintenance: maintenanceOf(group, policy) } : {}),
        },
        desired,
      )
      return {}
    },
  }),
  operation({
    name: 'SetDesiredCapacity',
    input: shape({
      AutoScalingGroupName: z.string(),
      DesiredCapacity: wireInteger(),
      HonorCooldown: wireBoolean().optional(),
    }),
    authorize: input => onGroup(view, 'SetDesiredCapacity', input.AutoScalingGroupName),
    run({ AutoScalingGroupName: name, DesiredCapacity: desired, HonorCooldown: honor }) {
      const group = groupNamed(view, name)
      const { minSize, maxSize } = group.definition
      if (desired < minSize)
        throw new ValidationError(
          `New SetDesiredCapacity value ${desired} is below min value ${minSize} for the AutoScalingGroup.`,
        )
      if (desired > maxSize)
        throw new ValidationError(
          `New SetDesiredCapacity value ${desired} is above max value ${maxSize} for the AutoScalingGroup.`,
        )
      if (honor && group.policies.cooldown.active) throw coolingDown(group.state)
      // The call is answered when the activity has begun; it goes on by itself, as on AWS.
      void group.setDesiredCapacity(desired)
      return {}
    },
  }),
]

/** The filters of groups and tags: `tag-key`, `tag-value`, `tag:<key>`. */
const TAG_FILTERS = ['tag-key', 'tag-value', 'tag:']

const tagValues = (group: RunningGroup) => (filter: string) => {
  const tags = group.tags.all
  if (filter === 'tag-key') return tags.map(({ key }) => key)
  if (filter === 'tag-value') return tags.map(({ value }) => value)
  return tags.filter(({ key }) => filter === `tag:${key}`).map(({ value }) => value)
}

const given = <Name extends keyof AutoScalingGroup>(name: Name, value: AutoScalingGroup[Name] | undefined) =>
  value === undefined ? {} : { [name]: value }

function checkTerminationPolicies(policies: readonly string[] | undefined): void {
  for (const [index, policy] of (policies ?? []).entries()) {
    if (policy.startsWith('arn:')) throw new NotEmulated('a Lambda function as a termination policy')
    if (!TERMINATION_POLICIES.some(known => known === policy))
      throw new ValidationError(`The termination policy ${policy} is not valid`)
    if (policy === 'Default' && index < (policies?.length ?? 0) - 1)
      throw new ValidationError('The termination policy Default must be the last one')
  }
}

function elbIn(type: string): boolean {
  const types = type.split(',').map(part => part.trim())
  for (const each of types) {
    if (each === 'EBS' || each === 'VPC_LATTICE') throw new NotEmulated(`the health check type ${each}`)
    if (each !== 'EC2' && each !== 'ELB') throw new ValidationError(`Invalid HealthCheckType ${each}`)
  }
  return types.includes('ELB')
}

function machineOf(view: AutoScalingView, wanted: z.output<typeof templateShape>) {
  return launchTemplateNamed(view, wanted).machine
}

function subnetsNamed({ world }: AutoScalingView, list: string): readonly string[] {
  const subnets = nodesOf(world.architecture, 'subnet')
  return list.split(',').map(text => {
    const found = subnets.find(({ physicalId }) => physicalId === text.trim())
    if (found) return found.id
    throw new ValidationError(`The subnet ID '${text.trim()}' does not exist`)
  })
}

function maintenanceOf(
  { definition }: RunningGroup,
  policy: { readonly MinHealthyPercentage?: number | undefined; readonly MaxHealthyPercentage?: number | undefined },
) {
  const minHealthyPercentage = policy.MinHealthyPercentage ?? definition.maintenance?.minHealthyPercentage ?? 90
  const maxHealthyPercentage = policy.MaxHealthyPercentage ?? definition.maintenance?.maxHealthyPercentage ?? 100
  if (
    minHealthyPercentage < 0 ||
    minHealthyPercentage > 100 ||
    maxHealthyPercentage < 100 ||
    maxHealthyPercentage > 200 ||
    maxHealthyPercentage - minHealthyPercentage > 100
  )
    throw new ValidationError(
      'MinHealthyPercentage must be within 0 and 100, MaxHealthyPercentage within 100 and 200, and their difference at most 100',
    )
  return { minHealthyPercentage, maxHealthyPercentage }
}
