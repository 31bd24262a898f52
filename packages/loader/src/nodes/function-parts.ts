import { seconds } from '@terrace/kit'
import type { EventSourceMapping, FunctionAlias, LambdaFunction, NodeId } from '@terrace/model'
import { defined } from '../defined.ts'
import { type BuilderTable, type FoldContext, fold, node, notModelled } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

/** What is said about functions beside them: versions, aliases, permissions, asynchronous calls, event sources. */
export const functionParts: BuilderTable = {
  'AWS::Lambda::Version': fold(context => {
    const { properties } = context
    properties.withoutEffect({
      CodeSha256: 'the version is what the function is now',
      ProvisionedConcurrencyConfig: 'processes start when they are needed',
      RuntimePolicy: 'it runs on the Node.js of Terrace',
    })
    const description = properties.text('Description') ?? ''
    change(context, old => ({ ...old, versions: [...old.versions, { description }] }))
  }),
  'AWS::Lambda::Alias': fold(context => {
    const { properties } = context
    properties.withoutEffect({ ProvisionedConcurrencyConfig: 'processes start when they are needed' })
    const alias: FunctionAlias = {
      name: properties.requiredText('Name'),
      description: properties.text('Description') ?? '',
      version: properties.requiredText('FunctionVersion'),
      weights: weightsOf(properties.object('RoutingConfig')),
    }
    change(context, old => ({ ...old, aliases: [...old.aliases, alias] }))
  }),
  'AWS::Lambda::Permission': fold(context => {
    const { properties, resource } = context
    if (properties.has('EventSourceToken') || properties.has('FunctionUrlAuthType')) {
      properties.withoutEffect({
        EventSourceToken: 'no function is called by Alexa',
        FunctionUrlAuthType: 'functions have no URL here',
        InvokedViaFunctionUrl: 'functions have no URL here',
      })
      return properties.readElsewhere('FunctionName', 'Action', 'Principal')
    }
    const { qualifier } = functionOf(properties.requiredText('FunctionName'))
    const permission = {
      statementId: resource.physicalId,
      action: properties.requiredText('Action'),
      principal: properties.requiredText('Principal'),
      ...defined({
        qualifier,
        sourceArn: properties.text('SourceArn'),
        sourceAccount: properties.text('SourceAccount'),
        principalOrganization: properties.text('PrincipalOrgID'),
      }),
    }
    change(context, old => ({ ...old, permissions: [...old.permissions, permission] }))
  }),
  'AWS::Lambda::EventInvokeConfig': fold(context => {
    const { properties } = context
    const destinations = properties.object('DestinationConfig')
    const age = properties.number('MaximumEventAgeInSeconds', { least: 60, most: 21_600 })
    const config = {
      qualifier: properties.requiredText('Qualifier'),
      ...defined({
        maximumRetries: properties.number('MaximumRetryAttempts', { least: 0, most: 2 }),
        maximumAge: age === undefined ? undefined : seconds(age),
        onSuccess: destinations?.object('OnSuccess')?.text('Destination'),
        onFailure: destinations?.object('OnFailure')?.text('Destination'),
      }),
    }
    change(context, old => ({ ...old, eventInvokeConfigs: [...old.eventInvokeConfigs, config] }))
  }),
  'AWS::Lambda::EventSourceMapping': node((context): EventSourceMapping => {
    const { properties } = context
    const sourceArn = properties.requiredText('EventSourceArn')
    if (sourceArn.split(':')[2] !== 'sqs') {
      throw notModelled(
        properties,
        'EventSourceArn',
        `events are taken from queues of SQS alone, not from ${sourceArn}`,
      )
    }
    const concurrency = properties.object('ScalingConfig')?.number('MaximumConcurrency', { least: 2, most: 1000 })
    const patterns = properties.object('FilterCriteria')?.objects('Filters') ?? []
    return {
      ...context.base('eventSourceMapping'),
      functionName: properties.requiredText('FunctionName'),
      sourceArn,
      enabled: properties.boolean('Enabled') ?? true,
      batchSize: properties.number('BatchSize', { least: 1, most: 10_000 }) ?? 10,
      batchingWindow: seconds(properties.number('MaximumBatchingWindowInSeconds', { least: 0, most: 300 }) ?? 0),
      filters: patterns.map(filter => filter.requiredText('Pattern')),
      reportsBatchItemFailures: properties.texts('FunctionResponseTypes').includes('ReportBatchItemFailures'),
      ...defined({ maximumConcurrency: concurrency }),
    }
  }),
}

/** Changes the function that the resource names; one outside of these stacks becomes a gap. */
function change(context: FoldContext, to: (old: LambdaFunction) => LambdaFunction): void {
  const { properties } = context
  const value = properties.requiredText('FunctionName')
  const id: NodeId | undefined = context.lookUp(functionOf(value).name, 'function')?.id
  if (id !== undefined) return context.update(id, 'function', to)
  const message = `FunctionName names ${value}, which is not modelled in these stacks; it is left out`
  context.gap('value', properties.pathOf('FunctionName'), properties.placeOf('FunctionName').line, message)
}

/** The name in a name or ARN, and the version or alias behind it. */
function functionOf(value: string): { readonly name: string; readonly qualifier: string | undefined } {
  const parts = value.split(':')
  const [name = value, qualifier] = parts[0] === 'arn' ? parts.slice(6) : parts
  return { name, qualifier }
}

const weightsOf = (routing: PropertyReader | undefined): Readonly<Record<string, number>> =>
  Object.fromEntries(
    (routing?.objects('AdditionalVersionWeights') ?? []).map(weight => [
      weight.requiredText('FunctionVersion'),
      weight.requiredNumber('FunctionWeight', { least: 0, most: 1 }),
    ]),
  )
