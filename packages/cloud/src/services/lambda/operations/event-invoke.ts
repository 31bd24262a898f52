import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { InvalidParameterValueException, ResourceNotFoundException } from '../errors.ts'
import type { EventInvokeConfig } from '../function.ts'
import { type FunctionName, LATEST, readName } from '../names.ts'
import { describeInvokeConfig } from './describe.ts'
import type { Lambda } from './lambda.ts'
import { empty, functionName, functionOnly, on, pageMembers, pageOf, plainName, qualifier } from './shapes.ts'

const ROUTE = '/2019-09-25/functions/{FunctionName}/event-invoke-config'

const destination = shape({ Destination: z.string().max(350).optional() }).optional()
const input = shape({
  FunctionName: functionName,
  Qualifier: qualifier,
  MaximumRetryAttempts: z.int().min(0).max(2).optional(),
  MaximumEventAgeInSeconds: z.int().min(60).max(21_600).optional(),
  DestinationConfig: shape({ OnSuccess: destination, OnFailure: destination }).optional(),
})

/** How asynchronous events are tried again, and who hears of their end. */
export function eventInvokeOperations({ functions, world }: Lambda): readonly Operation[] {
  const key = ({ qualifier: of = LATEST }: FunctionName) => of
  const find = (name: FunctionName): EventInvokeConfig => {
    const { record } = functions.resolve(name)
    const found = record.invokeConfigs[key(name)]
    if (found) return found
    const arn = functions.arnOf({ name: name.name, qualifier: key(name) })
    throw new ResourceNotFoundException(`The function ${arn} doesn't have an EventInvokeConfig`)
  }
  const put = (name: FunctionName, old: EventInvokeConfig | undefined, given: z.output<typeof input>) => {
    const { record } = functions.resolve(name)
    const config = withGiven({ ...old, modified: world.clock.now() }, given)
    functions.replace({ ...record, invokeConfigs: { ...record.invokeConfigs, [key(name)]: config } })
    return describeInvokeConfig(functions, name, config)
  }
  return [
    operation({
      name: 'PutFunctionEventInvokeConfig',
      route: `PUT ${ROUTE}`,
      input,
      authorize: ({ FunctionName, Qualifier }) =>
        on(functions, 'PutFunctionEventInvokeConfig', FunctionName, Qualifier),
      run: given => put(readName(given.FunctionName, given.Qualifier), undefined, given),
    }),
    operation({
      name: 'UpdateFunctionEventInvokeConfig',
      route: `POST ${ROUTE}`,
      input,
      authorize: ({ FunctionName, Qualifier }) =>
        on(functions, 'UpdateFunctionEventInvokeConfig', FunctionName, Qualifier),
      run(given) {
        const name = readName(given.FunctionName, given.Qualifier)
        return put(name, find(name), given)
      },
    }),
    operation({
      name: 'GetFunctionEventInvokeConfig',
      route: `GET ${ROUTE}`,
      input: functionOnly,
      authorize: ({ FunctionName, Qualifier }) =>
        on(functions, 'GetFunctionEventInvokeConfig', FunctionName, Qualifier),
      run({ FunctionName, Qualifier }) {
        const name = readName(FunctionName, Qualifier)
        return describeInvokeConfig(functions, name, find(name))
      },
    }),
    operation({
      name: 'ListFunctionEventInvokeConfigs',
      route: `GET ${ROUTE}/list`,
      input: shape({ FunctionName: functionName, ...pageMembers }),
      authorize: ({ FunctionName }) => on(functions, 'ListFunctionEventInvokeConfigs', FunctionName),
      run({ FunctionName, Marker, MaxItems }) {
        const { name, invokeConfigs } = functions.get(plainName(FunctionName))
        const { items, next } = pageOf(Object.entries(invokeConfigs), Marker, MaxItems)
        return {
          FunctionEventInvokeConfigs: items.map(([of, config]) =>
            describeInvokeConfig(functions, { name, qualifier: of }, config),
          ),
          NextMarker: next,
        }
      },
    }),
    empty(
      operation({
        name: 'DeleteFunctionEventInvokeConfig',
        route: `DELETE ${ROUTE}`,
        input: functionOnly,
        authorize: ({ FunctionName, Qualifier }) =>
          on(functions, 'DeleteFunctionEventInvokeConfig', FunctionName, Qualifier),
        run({ FunctionName, Qualifier }) {
          const name = readName(FunctionName, Qualifier)
          find(name)
          const { record } = functions.resolve(name)
          const { [key(name)]: _, ...invokeConfigs } = record.invokeConfigs
          functions.replace({ ...record, invokeConfigs })
        },
      }),
    ),
  ]
}

function withGiven(old: EventInvokeConfig, given: z.output<typeof input>): EventInvokeConfig {
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = given
  const onSuccess = DestinationConfig?.OnSuccess?.Destination
  const onFailure = DestinationConfig?.OnFailure?.Destination
  for (const arn of [onSuccess, onFailure]) {
    if (arn === undefined || /^arn:aws[\w-]*:(sqs|sns|lambda|events):/.test(arn)) continue
    throw new InvalidParameterValueException(`The provided destination config DestinationConfig(${arn}) is invalid.`)
  }
  return {
    ...old,
    ...(MaximumRetryAttempts === undefined ? {} : { maximumRetries: MaximumRetryAttempts }),
    ...(MaximumEventAgeInSeconds === undefined ? {} : { maximumAgeSeconds: MaximumEventAgeInSeconds }),
    ...(onSuccess === undefined ? {} : { onSuccess }),
    ...(onFailure === undefined ? {} : { onFailure }),
  }
}
