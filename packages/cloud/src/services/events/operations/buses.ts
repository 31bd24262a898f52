import { z } from 'zod'
import { type Operation, onlyOne, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { ValidationException } from '../errors.ts'
import { busName, DEFAULT_BUS, serviceOf } from '../names.ts'
import type { StoredBus } from '../stored.ts'
import { toTags } from '../tags.ts'
import {
  anyArn,
  busNameOrArn,
  type Context,
  newBusName,
  onBus,
  pageOf,
  pageSize,
  pageToken,
  requestTags,
  tagList,
} from './shapes.ts'

const settings = {
  Description: z.string().max(512).optional(),
  KmsKeyIdentifier: z
    .string()
    .max(2048)
    .regex(/^[a-zA-Z0-9_\-/:]*$/)
    .optional(),
  DeadLetterConfig: shape({ Arn: anyArn.optional() }).optional(),
  LogConfig: shape({
    IncludeDetail: z.enum(['NONE', 'FULL']).optional(),
    Level: onlyOne('OFF', ['ERROR', 'INFO', 'TRACE'], 'logs of an event bus'),
  }).optional(),
}

/** Buses. */
export function busOperations(context: Context): readonly Operation[] {
  const { buses } = context
  return [
    operation({
      name: 'CreateEventBus',
      input: shape({ Name: newBusName, ...settings, Tags: tagList.optional() }),
      authorize: ({ Name, Tags }) => onBus(context, 'CreateEventBus', Name, requestTags(Tags)),
      run({ Name, Tags = [], ...rest }) {
        if (Name.includes('/')) throw ValidationException.of('Name', 'Event bus name must not contain /.')
        const bus = buses.create(Name, { ...changesOf(rest), tags: toTags({}, Tags) })
        return { EventBusArn: buses.arnOf(Name), ...settingsOf(bus) }
      },
    }),
    operation({
      name: 'UpdateEventBus',
      input: shape({ Name: newBusName.optional(), ...settings }),
      authorize: ({ Name }) => onBus(context, 'UpdateEventBus', Name),
      run({ Name = DEFAULT_BUS, ...rest }) {
        const bus = buses.change(Name, changesOf(rest))
        return { Arn: buses.arnOf(Name), Name, ...settingsOf(bus) }
      },
    }),
    operation({
      name: 'DescribeEventBus',
      input: shape({ Name: busNameOrArn }),
      authorize: ({ Name }) => onBus(context, 'DescribeEventBus', Name),
      run({ Name = DEFAULT_BUS }) {
        const bus = buses.get(Name)
        return { ...describe(context, bus), ...settingsOf(bus) }
      },
    }),
    operation({
      name: 'ListEventBuses',
      input: shape({ NamePrefix: newBusName.optional(), NextToken: pageToken, Limit: pageSize }),
      authorize: () => ({ action: 'events:ListEventBuses', resource: '*' }),
      run({ NamePrefix = '', ...paging }) {
        const found = buses.list().filter(({ name }) => name.startsWith(NamePrefix))
        const page = pageOf(found, ({ name }) => name, paging)
        return { EventBuses: page.items.map(bus => describe(context, bus)), NextToken: page.next }
      },
    }),
    operation({
      name: 'DeleteEventBus',
      input: shape({ Name: newBusName }),
      authorize: ({ Name }) => onBus(context, 'DeleteEventBus', Name),
      run({ Name }) {
        buses.delete(busName(buses.home, Name))
        return {}
      },
    }),
  ]
}

type Settings = z.output<z.ZodObject<typeof settings>>

function changesOf({ Description, KmsKeyIdentifier, DeadLetterConfig, LogConfig }: Settings): Partial<StoredBus> {
  const queue = DeadLetterConfig?.Arn
  if (queue !== undefined && serviceOf(queue) !== 'sqs') {
    throw ValidationException.of('DeadLetterConfig', `${queue} is no queue of SQS.`)
  }
  return {
    ...(Description === undefined ? {} : { description: Description }),
    ...(KmsKeyIdentifier === undefined ? {} : { kmsKey: KmsKeyIdentifier }),
    ...(DeadLetterConfig === undefined ? {} : { deadLetterArn: queue }),
    ...(LogConfig === undefined ? {} : { logs: logsOf(LogConfig) }),
  }
}

const logsOf = ({ Level, IncludeDetail }: NonNullable<Settings['LogConfig']>) => ({ Level, IncludeDetail })

const settingsOf = ({ description, kmsKey, deadLetterArn, logs }: StoredBus) => ({
  Description: description === '' ? undefined : description,
  KmsKeyIdentifier: kmsKey,
  DeadLetterConfig: deadLetterArn === undefined ? undefined : { Arn: deadLetterArn },
  LogConfig: logs,
})

const describe = ({ buses }: Context, { name, description, policy, createdAt, modifiedAt }: StoredBus) => ({
  Name: name,
  Arn: buses.arnOf(name),
  Description: description === '' ? undefined : description,
  Policy: policy,
  CreationTime: timestamp(createdAt),
  LastModifiedTime: timestamp(modifiedAt),
})
