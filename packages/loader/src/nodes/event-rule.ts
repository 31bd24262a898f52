import { seconds } from '@terrace/kit'
import type { EventBus, EventBusPolicy, EventRule, EventTarget, EventTargetInput, PolicyDocument } from '@terrace/model'
import { defined } from '../defined.ts'
import { type BuildContext, type BuilderTable, node, notModelled } from './build-context.ts'
import { policyDocumentOf } from './policy-document.ts'
import type { PropertyReader } from './property-reader.ts'

/** What a target needs that only services which are not emulated read. */
const OTHER_TARGETS: Readonly<Record<string, string>> = {
  AppSyncParameters: 'AppSync',
  BatchParameters: 'Batch',
  EcsParameters: 'ECS tasks',
  HttpParameters: 'API Gateway and API destinations',
  KinesisParameters: 'Kinesis',
  RedshiftDataParameters: 'Redshift',
  RunCommandParameters: 'SSM Run Command',
  SageMakerPipelineParameters: 'SageMaker',
}

/** Services that a rule can send to here, as they stand in an ARN. */
const TARGET_SERVICES = ['events', 'lambda', 'logs', 'sns', 'sqs']

/** Buses and rules of EventBridge. */
export const eventRule: BuilderTable = {
  'AWS::Events::EventBus': node((context): EventBus => {
    const { properties } = context
    properties.withoutEffect({ KmsKeyIdentifier: 'events lie on no disk' })
    if (properties.has('EventSourceName')) {
      throw notModelled(properties, 'EventSourceName', 'there are no events of partners')
    }
    if ((properties.object('LogConfig')?.text('Level') ?? 'OFF') !== 'OFF') {
      throw notModelled(properties, 'LogConfig', 'a bus writes no logs of its own; the journal has what happens on it')
    }
    properties.object('LogConfig')?.withoutEffect({ IncludeDetail: 'a bus writes no logs of its own' })
    const name = properties.requiredText('Name')
    const deadLetterArn = properties.object('DeadLetterConfig')?.text('Arn')
    return {
      ...context.base('eventBus'),
      name,
      arn: `${eventsOf(context)}:event-bus/${name}`,
      description: properties.text('Description') ?? '',
      ...defined({
        policy: properties.has('Policy') ? policyDocumentOf(properties, 'Policy') : undefined,
        deadLetterArn,
      }),
    }
  }),
  'AWS::Events::EventBusPolicy': node((context): EventBusPolicy => {
    const { properties } = context
    return {
      ...context.base('eventBusPolicy'),
      bus: busName(properties),
      statementId: properties.requiredText('StatementId'),
      statement: statementOf(properties, eventsOf(context)),
    }
  }),
  'AWS::Events::Rule': node((context): EventRule => {
    const { properties, resource } = context
    properties.readElsewhere('Name')
    const state = properties.oneOf('State', ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'])
    if (state === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS') {
      throw notModelled(properties, 'State', 'there are no events of CloudTrail')
    }
    const pattern = properties.plain('EventPattern')
    const bus = busName(properties)
    return {
      ...context.base('eventRule'),
      // On a bus of its own, Ref gives the bus, too.
      name: resource.physicalId.slice(resource.physicalId.lastIndexOf('|') + 1),
      arn: context.attribute('Arn'),
      bus,
      description: properties.text('Description') ?? '',
      enabled: state !== 'DISABLED',
      ...defined({
        pattern: pattern === undefined ? undefined : typeof pattern === 'string' ? pattern : JSON.stringify(pattern),
        schedule: properties.text('ScheduleExpression'),
        roleArn: properties.text('RoleArn'),
      }),
      targets: properties.objects('Targets').map(targetOf),
    }
  }),
}

const eventsOf = ({ partition, region, account }: BuildContext) => `arn:${partition}:events:${region}:${account}`

/** Of a name or an ARN; the default bus when there is none. */
function busName(properties: PropertyReader): string {
  const given = properties.text('EventBusName') ?? 'default'
  return given.slice(given.lastIndexOf('/') + 1)
}

function targetOf(target: PropertyReader): EventTarget {
  for (const [key, service] of Object.entries(OTHER_TARGETS)) {
    if (target.has(key)) throw notModelled(target, key, `rules send nothing to ${service}`)
  }
  const arn = target.requiredText('Arn')
  const service = arn.split(':')[2] ?? ''
  if (!TARGET_SERVICES.includes(service)) {
    throw notModelled(
      target,
      'Arn',
      `rules send to queues, topics, functions, log groups and buses alone, not to ${arn}`,
    )
  }
  const retry = target.object('RetryPolicy')
  const age = retry?.number('MaximumEventAgeInSeconds', { least: 60, most: 86_400 })
  const attempts = retry?.number('MaximumRetryAttempts', { least: 0, most: 185 })
  return {
    id: target.requiredText('Id'),
    arn,
    ...defined({
      roleArn: target.text('RoleArn'),
      input: inputOf(target),
      messageGroupId: target.object('SqsParameters')?.text('MessageGroupId'),
      deadLetterArn: target.object('DeadLetterConfig')?.text('Arn'),
      retry: retry && defined({ attempts, age: age === undefined ? undefined : seconds(age) }),
    }),
  }
}

function inputOf(target: PropertyReader): EventTargetInput | undefined {
  const json = target.text('Input')
  const path = target.text('InputPath')
  const transformer = target.object('InputTransformer')
  const given = ['Input', 'InputPath', 'InputTransformer'].filter(key => target.has(key))
  if (given.length > 1) throw target.bad(given[1] ?? '', `absent, because the target has ${given[0]}`)
  if (json !== undefined) return { kind: 'constant', json }
  if (path !== undefined) return { kind: 'path', path }
  if (!transformer) return undefined
  return {
    kind: 'transformer',
    paths: transformer.dictionary('InputPathsMap'),
    template: transformer.requiredText('InputTemplate'),
  }
}

/** A statement as it is given, or made from an action, a principal and a condition, as older templates have it. */
function statementOf(properties: PropertyReader, events: string): PolicyDocument['Statement'][number] {
  const plain = properties.plain('Statement')
  const Sid = properties.requiredText('StatementId')
  const action = properties.text('Action')
  const principal = properties.text('Principal')
  const condition = properties.object('Condition')
  if (plain !== undefined) {
    const statement = typeof plain === 'string' ? parse(plain) : plain
    if (!isStatement(statement)) throw properties.bad('Statement', 'a statement with the Effect "Allow" or "Deny"')
    return { ...statement, Sid }
  }
  if (principal === undefined) throw properties.bad('Principal', 'an account or "*", because there is no Statement')
  return {
    Sid,
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : { AWS: `arn:aws:iam::${principal}:root` },
    Action: action ?? 'events:PutEvents',
    Resource: `${events}:event-bus/${busName(properties)}`,
    ...(condition && {
      Condition: {
        [condition.requiredText('Type')]: { [condition.requiredText('Key')]: condition.requiredText('Value') },
      },
    }),
  }
}

const isStatement = (value: unknown): value is PolicyDocument['Statement'][number] =>
  typeof value === 'object' &&
  value !== null &&
  'Effect' in value &&
  (value.Effect === 'Allow' || value.Effect === 'Deny')

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
