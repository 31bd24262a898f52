import { messageOf } from '@terrace/kit'
import { z } from 'zod'
import { type Operation, operation, shape, wireInteger, wireList } from '../../../gateway/api.ts'
import { AwsError } from '../../../gateway/errors.ts'
import { LimitExceeded, ValidationError } from '../errors.ts'
import type { RunningGroup } from '../group.ts'
import { LIMITS } from '../limits.ts'
import type { BookedAction, Schedule } from '../schedule/scheduled-actions.ts'
import { pageOf, paging } from './paging.ts'
import { type AutoScalingView, anywhere, groupNamed, isoTime, onGroup, wireTime } from './view.ts'

const wireSchedule = {
  ScheduledActionName: z.string(),
  StartTime: wireTime().optional(),
  EndTime: wireTime().optional(),
  Recurrence: z.string().optional(),
  MinSize: wireInteger().optional(),
  MaxSize: wireInteger().optional(),
  DesiredCapacity: wireInteger().optional(),
  TimeZone: z.string().optional(),
}

const scheduleShape = z.object(wireSchedule)

/** Scheduled actions. */
export const scheduleOperations = (view: AutoScalingView): readonly Operation[] => [
  operation({
    name: 'PutScheduledUpdateGroupAction',
    // `Time` is the old name of `StartTime`.
    input: shape({ AutoScalingGroupName: z.string(), Time: wireTime().optional(), ...wireSchedule }),
    authorize: input => onGroup(view, 'PutScheduledUpdateGroupAction', input.AutoScalingGroupName),
    run(input) {
      const StartTime = input.StartTime ?? input.Time
      put(groupNamed(view, input.AutoScalingGroupName), { ...input, ...(StartTime === undefined ? {} : { StartTime }) })
      return {}
    },
  }),
  operation({
    name: 'BatchPutScheduledUpdateGroupAction',
    input: shape({ AutoScalingGroupName: z.string(), ScheduledUpdateGroupActions: wireList(shape(wireSchedule)) }),
    authorize: input => onGroup(view, 'BatchPutScheduledUpdateGroupAction', input.AutoScalingGroupName),
    run(input) {
      const group = groupNamed(view, input.AutoScalingGroupName)
      const failed = input.ScheduledUpdateGroupActions.flatMap(each =>
        failureOf(each.ScheduledActionName, () => put(group, each)),
      )
      return { FailedScheduledUpdateGroupActions: failed }
    },
  }),
  operation({
    name: 'DeleteScheduledAction',
    input: shape({ AutoScalingGroupName: z.string(), ScheduledActionName: z.string() }),
    authorize: input => onGroup(view, 'DeleteScheduledAction', input.AutoScalingGroupName),
    run(input) {
      remove(groupNamed(view, input.AutoScalingGroupName), input.ScheduledActionName)
      return {}
    },
  }),
  operation({
    name: 'BatchDeleteScheduledAction',
    input: shape({ AutoScalingGroupName: z.string(), ScheduledActionNames: wireList(z.string()) }),
    authorize: input => onGroup(view, 'BatchDeleteScheduledAction', input.AutoScalingGroupName),
    run(input) {
      const group = groupNamed(view, input.AutoScalingGroupName)
      return {
        FailedScheduledActions: input.ScheduledActionNames.flatMap(name => failureOf(name, () => remove(group, name))),
      }
    },
  }),
  operation({
    name: 'DescribeScheduledActions',
    input: shape({
      AutoScalingGroupName: z.string().optional(),
      ScheduledActionNames: wireList(z.string()).optional(),
      StartTime: wireTime().optional(),
      EndTime: wireTime().optional(),
      ...paging,
    }),
    authorize: () => anywhere('DescribeScheduledActions'),
    run(input) {
      const { AutoScalingGroupName: name, ScheduledActionNames: names, StartTime: from, EndTime: to } = input
      const all = (name === undefined ? view.groups : [groupNamed(view, name)])
        .flatMap(group => group.scheduled.all.map(booked => ({ group, booked })))
        .filter(({ booked }) => !names?.length || names.includes(booked.schedule.name))
        .filter(({ booked: { next = 0 } }) => next >= (from ?? next) && next <= (to ?? next))
      const { items, next } = pageOf(all, input)
      return {
        ScheduledUpdateGroupActions: items.map(({ group, booked }) => describe(booked, group)),
        NextToken: next,
      }
    },
  }),
]

function put(group: RunningGroup, input: z.output<typeof scheduleShape>): void {
  const { all } = group.scheduled
  if (
    all.length >= LIMITS.scheduledActionsOfGroup &&
    !all.some(({ schedule }) => schedule.name === input.ScheduledActionName)
  )
    throw new LimitExceeded(`A group may have at most ${LIMITS.scheduledActionsOfGroup} scheduled actions`)
  const schedule: Schedule = {
    name: input.ScheduledActionName,
    timeZone: input.TimeZone ?? 'UTC',
    ...(input.StartTime === undefined ? {} : { start: input.StartTime }),
    ...(input.EndTime === undefined ? {} : { end: input.EndTime }),
    ...(input.Recurrence === undefined ? {} : { recurrence: input.Recurrence }),
    ...(input.MinSize === undefined ? {} : { minSize: input.MinSize }),
    ...(input.MaxSize === undefined ? {} : { maxSize: input.MaxSize }),
    ...(input.DesiredCapacity === undefined ? {} : { desiredCapacity: input.DesiredCapacity }),
  }
  group.scheduled.put(schedule)
}

function remove(group: RunningGroup, name: string): void {
  if (!group.scheduled.remove(name)) throw new ValidationError(`Scheduled action name not found: ${name}`)
}

function failureOf(ScheduledActionName: string, action: () => void) {
  try {
    action()
    return []
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return [{ ScheduledActionName, ErrorCode: error.code, ErrorMessage: messageOf(error) }]
  }
}

function describe({ schedule, arn, next }: BookedAction, group: RunningGroup) {
  const start = schedule.recurrence === undefined ? schedule.start : next
  return {
    AutoScalingGroupName: group.definition.name,
    ScheduledActionName: schedule.name,
    ScheduledActionARN: arn,
    Time: start === undefined ? undefined : isoTime(start),
    StartTime: start === undefined ? undefined : isoTime(start),
    EndTime: schedule.end === undefined ? undefined : isoTime(schedule.end),
    Recurrence: schedule.recurrence,
    TimeZone: schedule.recurrence === undefined ? undefined : schedule.timeZone,
    MinSize: schedule.minSize,
    MaxSize: schedule.maxSize,
    DesiredCapacity: schedule.desiredCapacity,
  }
}
