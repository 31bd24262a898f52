import type { Architecture } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { InvalidParameterValueException } from '../errors.ts'
import { mappingArnOf, readName } from '../names.ts'
import type { Mapping } from '../queues/mapping.ts'
import type { MappingSettings } from '../queues/mappings.ts'
import type { Lambda } from './lambda.ts'
import { answering, functionName, on, pageMembers, pageOf, textMap } from './shapes.ts'

const ROUTE = '/2015-03-31/event-source-mappings'

const members = {
  FunctionName: functionName.optional(),
  Enabled: z.boolean().optional(),
  BatchSize: z.int().min(1).max(10_000).optional(),
  MaximumBatchingWindowInSeconds: z.int().min(0).max(300).optional(),
  FilterCriteria: shape({
    Filters: z
      .array(shape({ Pattern: z.string().max(4096) }))
      .max(5)
      .optional(),
  }).optional(),
  FunctionResponseTypes: z
    .array(z.enum(['ReportBatchItemFailures']))
    .max(1)
    .optional(),
  ScalingConfig: shape({ MaximumConcurrency: z.int().min(2).max(1000).optional() }).optional(),
}
const given = shape(members)
const one = shape({ UUID: z.string() })

/** Which functions handle the messages of which queues. */
export function mappingOperations({ functions, mappings, world }: Lambda): readonly Operation[] {
  const { architecture } = world
  const onOne = (action: string, uuid: string) => ({
    action: `lambda:${action}`,
    resource: mappingArnOf(architecture, uuid),
    context: { 'lambda:FunctionArn': functionArnOf(mappings.list().find(each => each.uuid === uuid)) },
  })
  const functionArnOf = (mapping: Mapping | undefined) =>
    mapping &&
    functions.arnOf({
      name: mapping.functionName,
      ...(mapping.qualifier === undefined ? {} : { qualifier: mapping.qualifier }),
    })
  const show = (mapping: Mapping, state?: string) => ({
    ...describe(architecture, mapping, mappings.resultOf(mapping.uuid)),
    FunctionArn: functionArnOf(mapping),
    ...(state === undefined ? {} : { State: state }),
  })
  return [
    answering(
      202,
      operation({
        name: 'CreateEventSourceMapping',
        route: `POST ${ROUTE}`,
        input: shape({
          ...members,
          FunctionName: functionName,
          EventSourceArn: z.string(),
          Tags: textMap.optional(),
        }),
        authorize: ({ FunctionName }) => ({
          ...on(functions, 'CreateEventSourceMapping', FunctionName),
          resource: '*',
          context: { 'lambda:FunctionArn': functions.arnOf(readName(FunctionName)) },
        }),
        run({ EventSourceArn, Tags = {}, ...rest }) {
          checkSource(EventSourceArn)
          const base: MappingSettings = {
            functionName: '',
            sourceArn: EventSourceArn,
            enabled: true,
            batchSize: 10,
            batchingWindowSeconds: 0,
            filters: [],
            reportsBatchItemFailures: false,
            tags: Tags,
          }
          return show(mappings.create(withGiven(base, rest)), 'Creating')
        },
      }),
    ),
    answering(
      202,
      operation({
        name: 'UpdateEventSourceMapping',
        route: `PUT ${ROUTE}/{UUID}`,
        input: shape({ ...members, UUID: z.string() }),
        authorize: ({ UUID }) => onOne('UpdateEventSourceMapping', UUID),
        run({ UUID, ...rest }) {
          const old = mappings.get(UUID)
          return show(mappings.update(old, withGiven(old, rest)), 'Updating')
        },
      }),
    ),
    operation({
      name: 'GetEventSourceMapping',
      route: `GET ${ROUTE}/{UUID}`,
      input: one,
      authorize: ({ UUID }) => onOne('GetEventSourceMapping', UUID),
      run: ({ UUID }) => show(mappings.get(UUID)),
    }),
    operation({
      name: 'ListEventSourceMappings',
      route: `GET ${ROUTE}`,
      input: shape({
        EventSourceArn: z.string().optional(),
        FunctionName: functionName.optional(),
        ...pageMembers,
      }),
      authorize: () => ({ action: 'lambda:ListEventSourceMappings', resource: '*' }),
      run({ EventSourceArn, FunctionName, Marker, MaxItems }) {
        const wanted = FunctionName === undefined ? undefined : readName(FunctionName).name
        const all = mappings
          .list()
          .filter(each => EventSourceArn === undefined || each.sourceArn === EventSourceArn)
          .filter(each => wanted === undefined || each.functionName === wanted)
        const { items, next } = pageOf(all, Marker, MaxItems)
        return { EventSourceMappings: items.map(each => show(each)), NextMarker: next }
      },
    }),
    answering(
      202,
      operation({
        name: 'DeleteEventSourceMapping',
        route: `DELETE ${ROUTE}/{UUID}`,
        input: one,
        authorize: ({ UUID }) => onOne('DeleteEventSourceMapping', UUID),
        run({ UUID }) {
          const mapping = mappings.get(UUID)
          const shown = show(mapping, 'Deleting')
          mappings.delete(mapping)
          return shown
        },
      }),
    ),
  ]
}

function withGiven<Old extends MappingSettings>(old: Old, input: z.output<typeof given>): Old {
  const name = input.FunctionName === undefined ? undefined : readName(input.FunctionName)
  const { maximumConcurrency, ...rest } = old
  const most = input.ScalingConfig ? input.ScalingConfig.MaximumConcurrency : maximumConcurrency
  const changed = {
    ...rest,
    functionName: name?.name ?? old.functionName,
    ...(name?.qualifier === undefined ? {} : { qualifier: name.qualifier }),
    enabled: input.Enabled ?? old.enabled,
    batchSize: input.BatchSize ?? old.batchSize,
    batchingWindowSeconds: input.MaximumBatchingWindowInSeconds ?? old.batchingWindowSeconds,
    filters: input.FilterCriteria ? (input.FilterCriteria.Filters ?? []).map(({ Pattern }) => Pattern) : old.filters,
    reportsBatchItemFailures: input.FunctionResponseTypes
      ? input.FunctionResponseTypes.length > 0
      : old.reportsBatchItemFailures,
    ...(most === undefined ? {} : { maximumConcurrency: most }),
  }
  check(changed)
  return changed as unknown as Old
}

/** @see Lambda API Reference, "CreateEventSourceMapping" */
function check({ sourceArn, batchSize, batchingWindowSeconds }: MappingSettings): void {
  const fifo = sourceArn.endsWith('.fifo')
  if (fifo && (batchSize > 10 || batchingWindowSeconds > 0)) {
    const message = 'A FIFO queue takes batches of up to 10 messages, and no batching window.'
    throw new InvalidParameterValueException(message)
  }
  if (batchSize > 10 && batchingWindowSeconds === 0) {
    const message = 'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10'
    throw new InvalidParameterValueException(message)
  }
}

function checkSource(arn: string): void {
  if (/^arn:aws[\w-]*:sqs:[a-z0-9-]+:\d{12}:[\w-]+(\.fifo)?$/.test(arn)) return
  const message = `Unrecognized event source: ${arn}. Only queues of SQS are event sources here.`
  throw new InvalidParameterValueException(message)
}

function describe(architecture: Architecture, mapping: Mapping, result: string) {
  const { uuid, filters, maximumConcurrency, reportsBatchItemFailures } = mapping
  return {
    UUID: uuid,
    EventSourceMappingArn: mappingArnOf(architecture, uuid),
    EventSourceArn: mapping.sourceArn,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.batchingWindowSeconds,
    FunctionResponseTypes: reportsBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    ...(filters.length > 0 ? { FilterCriteria: { Filters: filters.map(Pattern => ({ Pattern })) } } : {}),
    ...(maximumConcurrency === undefined ? {} : { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
    LastModified: timestamp(mapping.modified),
    LastProcessingResult: result,
    State: mapping.enabled ? 'Enabled' : 'Disabled',
    StateTransitionReason: 'USER_INITIATED',
  }
}
