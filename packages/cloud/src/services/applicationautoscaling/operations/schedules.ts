import { z } from 'zod'
import { type Operation, operation, shape, wireTime } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { LimitExceeded, ObjectNotFound, ValidationException } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { ScaledTarget } from '../scaled-target.ts'
import type { BookedAction } from '../schedule/target-actions.ts'
import { DIMENSION, NAMESPACE, type ScalingState } from '../state.ts'
import { anywhere, naming, onTarget, pageOf, paging, viewOf } from './context.ts'

/** Scheduled actions. */
export const scheduleOperations = (state: ScalingState): readonly Operation[] => [
  operation({
    name: 'PutScheduledAction',
    input: shape({
      ...naming,
      ScheduledActionName: z.string().min(1).max(256),
      Schedule: z.string().optional(),
      Timezone: z.string().optional(),
      StartTime: wireTime().optional(),
      EndTime: wireTime().optional(),
      ScalableTargetAction: shape({
        MinCapacity: z.int().min(0).optional(),
        MaxCapacity: z.int().min(0).optional(),
      }).optional(),
    }),
    authorize: ({ ResourceId }) => onTarget(viewOf(state), 'PutScheduledAction', ResourceId),
    run(input) {
      const target = state.get(input.ResourceId)
      const before = target.actions.all.find(({ name }) => name === input.ScheduledActionName)
      if (!before && target.actions.all.length >= LIMITS.scheduledActionsOfTarget) {
        throw new LimitExceeded(
          `A scalable target may have at most ${LIMITS.scheduledActionsOfTarget} scheduled actions`,
        )
      }
      const schedule = input.Schedule ?? before?.schedule
      if (schedule === undefined) throw new ValidationException('Schedule must be provided for a new scheduled action')
      const minCapacity = input.ScalableTargetAction?.MinCapacity ?? before?.minCapacity
      const maxCapacity = input.ScalableTargetAction?.MaxCapacity ?? before?.maxCapacity
      if (minCapacity === undefined && maxCapacity === undefined) {
        throw new ValidationException('ScalableTargetAction must have a MinCapacity or a MaxCapacity')
      }
      const start = input.StartTime ?? before?.start
      const end = input.EndTime ?? before?.end
      target.actions.put({
        name: input.ScheduledActionName,
        schedule,
        timeZone: input.Timezone ?? before?.timeZone ?? 'UTC',
        ...(minCapacity === undefined ? {} : { minCapacity }),
        ...(maxCapacity === undefined ? {} : { maxCapacity }),
        ...(start === undefined ? {} : { start }),
        ...(end === undefined ? {} : { end }),
      })
      return {}
    },
  }),
  operation({
    name: 'DeleteScheduledAction',
    input: shape({ ...naming, ScheduledActionName: z.string() }),
    authorize: ({ ResourceId }) => onTarget(viewOf(state), 'DeleteScheduledAction', ResourceId),
    run({ ResourceId, ScheduledActionName: name }) {
      if (!state.find(ResourceId)?.actions.remove(name)) {
        throw new ObjectNotFound(
          `No scheduled action found for service namespace: ${NAMESPACE}, resource ID: ${ResourceId}, scheduled action name: ${name}`,
        )
      }
      return {}
    },
  }),
  operation({
    name: 'DescribeScheduledActions',
    input: shape({
      ScheduledActionNames: z.array(z.string()).optional(),
      ServiceNamespace: naming.ServiceNamespace,
      ResourceId: z.string().optional(),
      ScalableDimension: naming.ScalableDimension.optional(),
      ...paging,
    }),
    authorize: () => anywhere('DescribeScheduledActions'),
    run({ ScheduledActionNames: names, ResourceId, ...page }) {
      const all = state.targets
        .filter(({ resourceId }) => ResourceId === undefined || resourceId === ResourceId)
        .flatMap(target => target.actions.all.map(action => ({ target, action })))
        .filter(({ action }) => !names?.length || names.includes(action.name))
      const { items, NextToken } = pageOf(all, page)
      return { ScheduledActions: items.map(({ target, action }) => describe(target, action)), NextToken }
    },
  }),
]

const describe = ({ resourceId }: ScaledTarget, action: BookedAction) => ({
  ScheduledActionName: action.name,
  ScheduledActionARN: action.arn,
  ServiceNamespace: NAMESPACE,
  Schedule: action.schedule,
  Timezone: action.timeZone,
  ResourceId: resourceId,
  ScalableDimension: DIMENSION,
  StartTime: action.start === undefined ? undefined : timestamp(action.start),
  EndTime: action.end === undefined ? undefined : timestamp(action.end),
  ScalableTargetAction: { MinCapacity: action.minCapacity, MaxCapacity: action.maxCapacity },
  CreationTime: timestamp(action.createdAt),
})
