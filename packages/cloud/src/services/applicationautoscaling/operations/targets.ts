import { z } from 'zod'
import { accepted, type Operation, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { ResourceNotFound, ValidationException } from '../errors.ts'
import type { ScaledTarget, Suspended } from '../scaled-target.ts'
import { DIMENSION, NAMESPACE, type ScalingState } from '../state.ts'
import { anywhere, naming, onTarget, pageOf, paging, viewOf } from './context.ts'

const wireSuspended = shape({
  DynamicScalingInSuspended: z.boolean().optional(),
  DynamicScalingOutSuspended: z.boolean().optional(),
  ScheduledScalingSuspended: z.boolean().optional(),
})

/** Scalable targets, their activities and tags. */
export const targetOperations = (state: ScalingState): readonly Operation[] => [
  operation({
    name: 'RegisterScalableTarget',
    input: shape({
      ...naming,
      MinCapacity: z.int().min(0).optional(),
      MaxCapacity: z.int().min(0).optional(),
      RoleARN: accepted(z.string().optional(), 'for ECS it is always the service-linked role'),
      SuspendedState: wireSuspended.optional(),
      Tags: z.record(z.string(), z.string()).optional(),
    }),
    authorize: ({ ResourceId }) => onTarget(viewOf(state), 'RegisterScalableTarget', ResourceId),
    run(input) {
      const target = state.find(input.ResourceId) ?? registered(state, input)
      target.setBounds(input.MinCapacity, input.MaxCapacity)
      if (input.SuspendedState) target.suspended = suspendedOf(input.SuspendedState, target.suspended)
      for (const [key, value] of Object.entries(input.Tags ?? {})) target.tags.set(key, value)
      return { ScalableTargetARN: target.arn }
    },
  }),
  operation({
    name: 'DeregisterScalableTarget',
    input: shape(naming),
    authorize: ({ ResourceId }) => onTarget(viewOf(state), 'DeregisterScalableTarget', ResourceId),
    run({ ResourceId }) {
      state.deregister(state.get(ResourceId))
      return {}
    },
  }),
  operation({
    name: 'DescribeScalableTargets',
    input: shape({
      ServiceNamespace: naming.ServiceNamespace,
      ResourceIds: z.array(z.string()).optional(),
      ScalableDimension: naming.ScalableDimension.optional(),
      ...paging,
    }),
    authorize: () => anywhere('DescribeScalableTargets'),
    run({ ResourceIds: ids, ...page }) {
      const all = state.targets.filter(({ resourceId }) => !ids?.length || ids.includes(resourceId))
      const { items, NextToken } = pageOf(all, page)
      return { ScalableTargets: items.map(target => describe(target, state)), NextToken }
    },
  }),
  operation({
    name: 'DescribeScalingActivities',
    input: shape({
      ServiceNamespace: naming.ServiceNamespace,
      ResourceId: z.string().optional(),
      ScalableDimension: naming.ScalableDimension.optional(),
      IncludeNotScaledActivities: z.literal(false).optional(),
      ...paging,
    }),
    authorize: () => anywhere('DescribeScalingActivities'),
    run({ ResourceId, ...page }) {
      const all = state.targets
        .filter(({ resourceId }) => ResourceId === undefined || resourceId === ResourceId)
        .flatMap(target => target.activities.all.map(activity => ({ target, activity })))
        .sort((a, b) => b.activity.startedAt - a.activity.startedAt)
      const { items, NextToken } = pageOf(all, page)
      return { ScalingActivities: items.map(describeActivity), NextToken }
    },
  }),
  operation({
    name: 'TagResource',
    input: shape({ ResourceARN: z.string(), Tags: z.record(z.string(), z.string()) }),
    authorize: ({ ResourceARN }) => ({ action: 'application-autoscaling:TagResource', resource: ResourceARN }),
    run({ ResourceARN, Tags }) {
      const { tags } = byArn(state, ResourceARN)
      for (const [key, value] of Object.entries(Tags)) tags.set(key, value)
      return {}
    },
  }),
  operation({
    name: 'UntagResource',
    input: shape({ ResourceARN: z.string(), TagKeys: z.array(z.string()) }),
    authorize: ({ ResourceARN }) => ({ action: 'application-autoscaling:UntagResource', resource: ResourceARN }),
    run({ ResourceARN, TagKeys }) {
      const { tags } = byArn(state, ResourceARN)
      for (const key of TagKeys) tags.delete(key)
      return {}
    },
  }),
  operation({
    name: 'ListTagsForResource',
    input: shape({ ResourceARN: z.string() }),
    authorize: ({ ResourceARN }) => ({ action: 'application-autoscaling:ListTagsForResource', resource: ResourceARN }),
    run: ({ ResourceARN }) => ({ Tags: Object.fromEntries(byArn(state, ResourceARN).tags) }),
  }),
]

interface RegisterInput {
  readonly ResourceId: string
  readonly MinCapacity?: number | undefined
  readonly MaxCapacity?: number | undefined
}

function registered(state: ScalingState, { ResourceId, MinCapacity, MaxCapacity }: RegisterInput): ScaledTarget {
  if (MinCapacity === undefined || MaxCapacity === undefined) {
    throw new ValidationException('MinCapacity and MaxCapacity are required to register a new scalable target')
  }
  if (MinCapacity > MaxCapacity) {
    throw new ValidationException('Maximum capacity cannot be less than minimum capacity')
  }
  const [, cluster = '', service = ''] = ResourceId.split('/')
  if (!state.on.services.find(cluster, service)) {
    throw new ValidationException(`ECS service doesn't exist: ${ResourceId}`)
  }
  return state.register({
    resourceId: ResourceId,
    minCapacity: MinCapacity,
    maxCapacity: MaxCapacity,
    suspended: { dynamicScalingIn: false, dynamicScalingOut: false, scheduled: false },
  })
}

const suspendedOf = (given: z.output<typeof wireSuspended>, before: Suspended): Suspended => ({
  dynamicScalingIn: given.DynamicScalingInSuspended ?? before.dynamicScalingIn,
  dynamicScalingOut: given.DynamicScalingOutSuspended ?? before.dynamicScalingOut,
  scheduled: given.ScheduledScalingSuspended ?? before.scheduled,
})

function byArn(state: ScalingState, arn: string): ScaledTarget {
  const found = state.targets.find(target => target.arn === arn)
  if (!found) throw new ResourceNotFound(arn)
  return found
}

function describe(target: ScaledTarget, { on }: ScalingState) {
  const { account } = on.world.architecture
  return {
    ServiceNamespace: NAMESPACE,
    ResourceId: target.resourceId,
    ScalableDimension: DIMENSION,
    MinCapacity: target.minCapacity,
    MaxCapacity: target.maxCapacity,
    RoleARN: `arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
    CreationTime: timestamp(target.createdAt),
    ScalableTargetARN: target.arn,
    SuspendedState: {
      DynamicScalingInSuspended: target.suspended.dynamicScalingIn,
      DynamicScalingOutSuspended: target.suspended.dynamicScalingOut,
      ScheduledScalingSuspended: target.suspended.scheduled,
    },
  }
}

function describeActivity({
  target,
  activity,
}: {
  readonly target: ScaledTarget
  readonly activity: ScaledTarget['activities']['all'][number]
}) {
  return {
    ActivityId: activity.id,
    ServiceNamespace: NAMESPACE,
    ResourceId: target.resourceId,
    ScalableDimension: DIMENSION,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: timestamp(activity.startedAt),
    EndTime: activity.endedAt === undefined ? undefined : timestamp(activity.endedAt),
    StatusCode: activity.status,
    StatusMessage: activity.statusMessage,
  }
}
