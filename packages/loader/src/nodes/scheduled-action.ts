import type { ScheduledAction } from '@terrace/model'
import { type BuilderTable, node } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'
import { instantOf, timeZoneOf } from './time.ts'

const SIZE = { least: 0, most: 10_000 }

/** Scheduled actions of Auto Scaling groups. @see "AWS::AutoScaling::ScheduledAction" in the CloudFormation reference */
export const scheduledAction: BuilderTable = {
  'AWS::AutoScaling::ScheduledAction': node((context): ScheduledAction => {
    const { properties, resource } = context
    const sizes = sizesOf(properties)
    const start = instantOf(properties, 'StartTime')
    const end = instantOf(properties, 'EndTime')
    const recurrence = properties.text('Recurrence')
    if (recurrence !== undefined && recurrence.trim().split(/\s+/).length !== 5) {
      throw properties.bad('Recurrence', 'a cron expression of five fields, such as "0 8 * * 1-5"')
    }
    if (recurrence === undefined && start === undefined) {
      throw properties.bad('Recurrence', 'given when there is no StartTime')
    }
    return {
      ...context.base('scheduledAction'),
      name: resource.physicalId,
      group: context.need(properties, 'AutoScalingGroupName', 'autoScalingGroup'),
      ...sizes,
      ...(recurrence === undefined ? {} : { recurrence }),
      timeZone: timeZoneOf(properties, 'TimeZone'),
      ...(start === undefined ? {} : { start }),
      ...(end === undefined ? {} : { end }),
    }
  }),
}

function sizesOf(properties: PropertyReader): Pick<ScheduledAction, 'minSize' | 'maxSize' | 'desiredCapacity'> {
  const minSize = properties.number('MinSize', SIZE)
  const maxSize = properties.number('MaxSize', SIZE)
  const desiredCapacity = properties.number('DesiredCapacity', SIZE)
  if (minSize === undefined && maxSize === undefined && desiredCapacity === undefined) {
    throw properties.bad('DesiredCapacity', 'given when neither MinSize nor MaxSize is')
  }
  return {
    ...(minSize === undefined ? {} : { minSize }),
    ...(maxSize === undefined ? {} : { maxSize }),
    ...(desiredCapacity === undefined ? {} : { desiredCapacity }),
  }
}
