import { seconds } from '@terrace/kit'
import type { ApplicationScalingPolicy, ScalableTarget } from '@terrace/model'
import { type BuildContext, type BuilderTable, NotModelled, node, notModelled } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'
import { stepScalingOf, targetTrackingOf } from './scaling-policy.ts'
import { instantOf, timeZoneOf } from './time.ts'

const DIMENSION = 'ecs:service:DesiredCount'
const PREDEFINED_METRICS = [
  'ECSServiceAverageCPUUtilization',
  'ECSServiceAverageMemoryUtilization',
  'ALBRequestCountPerTarget',
]
const CAPACITY = { least: 0, most: 10_000 }
const COOLDOWN = 300

/** Application Auto Scaling of ECS services. */
export const applicationScaling: BuilderTable = {
  'AWS::ApplicationAutoScaling::ScalableTarget': node((context): ScalableTarget => {
    const { properties } = context
    properties.withoutEffect({ RoleARN: 'for ECS it is always the service-linked role' })
    const { namespace, dimension } = dimensionOf(properties)
    const minCapacity = properties.requiredNumber('MinCapacity', CAPACITY)
    return {
      ...context.base('scalableTarget'),
      namespace,
      dimension,
      resourceId: properties.requiredText('ResourceId'),
      minCapacity,
      maxCapacity: properties.requiredNumber('MaxCapacity', { ...CAPACITY, least: minCapacity }),
      scheduledActions: properties.objects('ScheduledActions').map(scheduledActionOf),
      suspended: suspendedOf(properties.object('SuspendedState')),
    }
  }),
  'AWS::ApplicationAutoScaling::ScalingPolicy': node((context): ApplicationScalingPolicy => {
    const { properties } = context
    return {
      ...context.base('applicationScalingPolicy'),
      name: properties.requiredText('PolicyName'),
      arn: context.attribute('Arn'),
      target: targetOf(context),
      policy: policyOf(properties),
    }
  }),
}

function dimensionOf(properties: PropertyReader) {
  const namespace = properties.requiredText('ServiceNamespace')
  const dimension = properties.requiredText('ScalableDimension')
  if (namespace !== 'ecs') throw notModelled(properties, 'ServiceNamespace', `scaling of ${namespace} is not modelled`)
  if (dimension !== DIMENSION) throw properties.bad('ScalableDimension', DIMENSION)
  return { namespace, dimension }
}

function scheduledActionOf(reader: PropertyReader): ScalableTarget['scheduledActions'][number] {
  const action = reader.object('ScalableTargetAction')
  const minCapacity = action?.number('MinCapacity', CAPACITY)
  const maxCapacity = action?.number('MaxCapacity', CAPACITY)
  const start = instantOf(reader, 'StartTime')
  const end = instantOf(reader, 'EndTime')
  const schedule = reader.requiredText('Schedule')
  if (!/^(cron|rate|at)\(.+\)$/.test(schedule)) throw reader.bad('Schedule', 'cron(…), rate(…) or at(…)')
  return {
    name: reader.requiredText('ScheduledActionName'),
    schedule,
    timeZone: timeZoneOf(reader, 'Timezone'),
    ...(minCapacity === undefined ? {} : { minCapacity }),
    ...(maxCapacity === undefined ? {} : { maxCapacity }),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
  }
}

const suspendedOf = (reader: PropertyReader | undefined): ScalableTarget['suspended'] => ({
  dynamicScalingIn: reader?.boolean('DynamicScalingInSuspended') ?? false,
  dynamicScalingOut: reader?.boolean('DynamicScalingOutSuspended') ?? false,
  scheduled: reader?.boolean('ScheduledScalingSuspended') ?? false,
})

/** By the id of the target, or by the three properties that make it up. */
function targetOf(context: BuildContext): ApplicationScalingPolicy['target'] {
  const { properties } = context
  if (properties.has('ScalingTargetId')) return context.need(properties, 'ScalingTargetId', 'scalableTarget')
  const id = ['ResourceId', 'ScalableDimension', 'ServiceNamespace'].map(key => properties.requiredText(key)).join('|')
  const found = context.lookUp(id, 'scalableTarget')
  if (found) return found.id
  throw new NotModelled(`its target ${id} is not in these stacks`, properties.path, properties.place.line)
}

/** @see "TargetTrackingScalingPolicyConfiguration" in the Application Auto Scaling API Reference for the cooldowns */
function policyOf(properties: PropertyReader): ApplicationScalingPolicy['policy'] {
  const type = properties.oneOf('PolicyType', ['TargetTrackingScaling', 'StepScaling', 'PredictiveScaling'])
  if (type === 'PredictiveScaling') throw notModelled(properties, 'PolicyType', 'predictive scaling is not modelled')
  if (type === 'StepScaling') {
    const configuration = properties.requiredObject('StepScalingPolicyConfiguration')
    const cooldown = seconds(configuration.number('Cooldown') ?? COOLDOWN)
    return { type, ...stepScalingOf(configuration), cooldown }
  }
  if (!type) throw properties.bad('PolicyType', 'TargetTrackingScaling or StepScaling')
  const configuration = properties.requiredObject('TargetTrackingScalingPolicyConfiguration')
  return {
    type,
    ...targetTrackingOf(configuration, PREDEFINED_METRICS),
    scaleInCooldown: seconds(configuration.number('ScaleInCooldown') ?? COOLDOWN),
    scaleOutCooldown: seconds(configuration.number('ScaleOutCooldown') ?? COOLDOWN),
  }
}
