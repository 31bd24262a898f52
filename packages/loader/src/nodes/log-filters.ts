import type { LogStream, MetricFilter, MetricTransformation, SubscriptionFilter } from '@terrace/model'
import { type BuildContext, type BuilderTable, node, notModelled } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

/** What stands in a log group: streams, and filters that make metrics or send events on. */
export const logFilters: BuilderTable = {
  'AWS::Logs::LogStream': node((context): LogStream => {
    const { properties, resource } = context
    properties.readElsewhere('LogStreamName')
    return {
      ...context.base('logStream'),
      group: properties.requiredText('LogGroupName'),
      name: resource.physicalId,
    }
  }),
  'AWS::Logs::MetricFilter': node((context): MetricFilter => {
    const { properties } = context
    const dimensions = properties.texts('EmitSystemFieldDimensions')
    if (dimensions.length > 0) {
      throw notModelled(properties, 'EmitSystemFieldDimensions', 'metrics get no dimensions of account and region')
    }
    const transformations = properties.objects('MetricTransformations')
    const [transformation] = transformations
    if (!transformation || transformations.length > 1) {
      throw properties.bad('MetricTransformations', 'a list of one transformation')
    }
    return { ...context.base('metricFilter'), ...filterOf(context), transformation: transformationOf(transformation) }
  }),
  'AWS::Logs::SubscriptionFilter': node((context): SubscriptionFilter => {
    const { properties } = context
    const destination = properties.requiredText('DestinationArn')
    if (destination.split(':')[2] !== 'lambda') {
      throw notModelled(
        properties,
        'DestinationArn',
        `events are sent to Lambda functions alone, not to ${destination}`,
      )
    }
    if (properties.has('RoleArn')) {
      throw notModelled(properties, 'RoleArn', 'it has a role and sends to a Lambda function, which AWS refuses')
    }
    if (properties.texts('EmitSystemFields').length > 0) {
      throw notModelled(properties, 'EmitSystemFields', 'events get no fields of account and region')
    }
    properties.withoutEffect({ Distribution: 'it is for streams of Kinesis alone' })
    return { ...context.base('subscriptionFilter'), ...filterOf(context), destination }
  }),
}

/** What both kinds of filters have. */
function filterOf({ properties, resource }: BuildContext) {
  properties.readElsewhere('FilterName')
  if (properties.boolean('ApplyOnTransformedLogs')) {
    throw notModelled(properties, 'ApplyOnTransformedLogs', 'events are not transformed')
  }
  if (properties.has('FieldSelectionCriteria')) {
    throw notModelled(properties, 'FieldSelectionCriteria', 'events are not selected by account and region')
  }
  return {
    group: properties.requiredText('LogGroupName'),
    name: resource.physicalId,
    pattern: properties.requiredText('FilterPattern'),
  }
}

/** @see "AWS::Logs::MetricFilter MetricTransformation" in the CloudFormation Template Reference */
function transformationOf(properties: PropertyReader): MetricTransformation {
  const defaultValue = properties.number('DefaultValue')
  const unit = properties.text('Unit')
  const dimensions = properties
    .objects('Dimensions')
    .map(dimension => [dimension.requiredText('Key'), dimension.requiredText('Value')] as const)
  return {
    namespace: properties.requiredText('MetricNamespace'),
    name: properties.requiredText('MetricName'),
    value: properties.requiredText('MetricValue'),
    ...(defaultValue === undefined ? {} : { defaultValue }),
    ...(dimensions.length === 0 ? {} : { dimensions: Object.fromEntries(dimensions) }),
    ...(unit === undefined ? {} : { unit }),
  }
}
