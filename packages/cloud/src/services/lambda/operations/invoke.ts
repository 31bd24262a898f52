import { z } from 'zod'
import { accepted, type Operation, operation, shape } from '../../../gateway/api.ts'
import { RestAnswer } from '../../../gateway/rest-answer.ts'
import { InvalidRequestContentException } from '../errors.ts'
import type { InvocationResult } from '../invoker.ts'
import { LOG_TAIL } from '../limits.ts'
import { readName } from '../names.ts'
import type { Lambda } from './lambda.ts'
import { bound, functionName, on, qualifier } from './shapes.ts'

/** What Invoke answers. */
interface Invoked {
  readonly status: 200 | 202 | 204
  readonly result?: InvocationResult
  readonly tail?: boolean
}

/** Running functions. */
export const invokeOperations = ({ functions, invoker, events }: Lambda): readonly Operation[] => [
  bound(
    operation({
      name: 'Invoke',
      route: 'POST /2015-03-31/functions/{FunctionName}/invocations',
      input: shape({
        FunctionName: functionName,
        Qualifier: qualifier,
        InvocationType: z.enum(['Event', 'RequestResponse', 'DryRun']).optional(),
        LogType: z.enum(['None', 'Tail']).optional(),
        ClientContext: z.string().max(3583).optional(),
        TenantId: accepted(z.never().optional(), 'functions have no tenants'),
        Payload: z.instanceof(Uint8Array).optional(),
      }),
      authorize: ({ FunctionName, Qualifier }) => on(functions, 'InvokeFunction', FunctionName, Qualifier),
      async run(input, { requestId }): Promise<Invoked> {
        const { FunctionName, Qualifier, InvocationType: type = 'RequestResponse', LogType, ClientContext } = input
        const name = readName(FunctionName, Qualifier)
        const resolved = functions.resolve(name)
        const payload = textOf(input.Payload)
        if (type === 'DryRun') return { status: 204 }
        if (type === 'Event') {
          events.accept(name, payload, requestId)
          return { status: 202 }
        }
        const clientContext = ClientContext === undefined ? {} : { clientContext: contextOf(ClientContext) }
        const result = await invoker.invoke(resolved, { requestId, payload, ...clientContext })
        return { status: 200, result, tail: LogType === 'Tail' }
      },
    }),
    {
      headers: {
        'x-amz-invocation-type': 'InvocationType',
        'x-amz-log-type': 'LogType',
        'x-amz-client-context': 'ClientContext',
        'x-amz-tenant-id': 'TenantId',
      },
      payload: 'Payload',
      answer: output => answerOf(output as Invoked),
    },
  ),
]

function answerOf({ status, result, tail = false }: Invoked): RestAnswer {
  if (!result) return new RestAnswer(undefined, {}, status)
  const { payload, functionError, version, log } = result
  const headers = {
    'x-amz-executed-version': version,
    ...(functionError === undefined ? {} : { 'x-amz-function-error': functionError }),
    ...(tail ? { 'x-amz-log-result': Buffer.from(log).subarray(-LOG_TAIL).toString('base64') } : {}),
  }
  return new RestAnswer(Buffer.from(payload), headers, status)
}

/** JSON text; nothing is an empty object. @throws InvalidRequestContentException */
function textOf(payload: Uint8Array | undefined): string {
  const text = Buffer.from(payload ?? []).toString('utf8')
  if (text === '') return '{}'
  try {
    JSON.parse(text)
    return text
  } catch (cause) {
    const message = `Could not parse request body into json: Could not parse payload into json: ${String(cause)}`
    throw new InvalidRequestContentException(message)
  }
}

function contextOf(base64: string): string {
  const text = Buffer.from(base64, 'base64').toString('utf8')
  try {
    JSON.parse(text)
    return text
  } catch {
    throw new InvalidRequestContentException('Client context must be a valid Base64-encoded JSON object.')
  }
}
