// What the process of a function runs first: it loads the handler, and then waits for events. Imports nothing outside this
// folder.
import { flushCompileCache } from 'node:module'
import net from 'node:net'
import { installConsole } from './console.ts'
import { failureOf, loggedFailure, RuntimeFailure } from './failure.ts'
import { type Callback, type Handler, loadHandler } from './handler.ts'
import type { InvokeMessage, RuntimeMessage } from './messages.ts'

const variables = process.env
const socketPath = take('TERRACE_FUNCTION_SOCKET')
const environment = take('TERRACE_FUNCTION_ENVIRONMENT')
const runtime = (variables.AWS_EXECUTION_ENV ?? '').replace('AWS_Lambda_', '')

const socket = net.connect({ path: socketPath })
socket.setEncoding('utf8')
// The cloud is gone: so is the function.
socket.on('close', () => process.exit(0))
socket.on('error', () => {})

const send = (message: RuntimeMessage) => socket.write(`${JSON.stringify(message)}\n`)
const rss = () => process.memoryUsage.rss()

let current: InvokeMessage | undefined
const log = installConsole(
  variables.AWS_LAMBDA_LOG_FORMAT === 'JSON',
  () => current?.id,
  (text, level) => send({ type: 'log', text, level }),
)

const refusal = 'response streaming is not emulated by the local cloud: return the whole answer instead'
Reflect.set(globalThis, 'awslambda', {
  streamifyResponse() {
    throw new RuntimeFailure('Runtime.StreamingNotEmulated', refusal)
  },
})

// Taken now: the code may put others in their place.
const { exit } = process

process.on('uncaughtException', error => fatal('Uncaught Exception', error, 129))
process.on('unhandledRejection', reason => {
  const failure = new RuntimeFailure('Runtime.UnhandledPromiseRejection', String(reason))
  fatal('Unhandled Promise Rejection', failure, 128)
})

send({ type: 'hello', environment })
try {
  const handler = await loadHandler(variables.LAMBDA_TASK_ROOT ?? '.', variables._HANDLER ?? '')
  checkForm(handler)
  receive(handler)
  send({ type: 'ready' })
  // Node would write it when the process ends, which is by force.
  flushCompileCache()
} catch (error) {
  log(`Uncaught Exception \t${JSON.stringify(loggedFailure(error))}`, 'ERROR')
  send({ type: 'initFailed', error: failureOf(error) })
  socket.end(() => exit(1))
}

function receive(handler: Handler): void {
  let pieces: string[] = []
  socket.on('data', (chunk: string) => {
    const lines = chunk.split('\n')
    while (lines.length > 1) {
      const message: InvokeMessage = JSON.parse([...pieces, lines.shift()].join(''))
      pieces = []
      void invoke(handler, message)
    }
    pieces.push(lines[0] ?? '')
  })
}

async function invoke(handler: Handler, message: InvokeMessage): Promise<void> {
  current = message
  socket.ref()
  const { id } = message
  try {
    const result = await outcomeOf(handler, message)
    answer({ type: 'done', id, payload: textOf(result), rss: rss() })
  } catch (error) {
    log(`Invoke Error \t${JSON.stringify(loggedFailure(error))}`, 'ERROR')
    answer({ type: 'failed', id, error: failureOf(error), rss: rss() })
  }
}

function answer(message: Extract<RuntimeMessage, { id: string }>): void {
  if (current?.id !== message.id) return
  socket.ref()
  current = undefined
  send(message)
}

function outcomeOf(handler: Handler, message: InvokeMessage): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const context = contextOf(message)
  const callback: Callback = (error, result) => {
    const settle = () => (error === undefined || error === null ? resolve(result) : reject(error))
    if (!context.callbackWaitsForEmptyEventLoop || (error !== undefined && error !== null)) return settle()
    // Nothing but this connection is left when that comes.
    process.once('beforeExit', settle)
    socket.unref()
  }
  const returned = handler(JSON.parse(message.payload), context, callback)
  if (isPromise(returned)) returned.then(resolve, reject)
  // It takes no callback, and gives no promise: what it returned is nothing, as on AWS.
  else if (handler.length < 3) callback(null, null)
  return promise
}

function contextOf({ id, arn, remaining, clientContext }: InvokeMessage) {
  const deadline = performance.now() + remaining
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: variables.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: variables.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: arn,
    memoryLimitInMB: variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: id,
    logGroupName: variables.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: variables.AWS_LAMBDA_LOG_STREAM_NAME,
    identity: undefined,
    clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  }
}

/** @throws RuntimeFailure as Node.js 24 of Lambda does for handlers that call back */
function checkForm(handler: Handler): void {
  if (runtime !== 'nodejs24.x' || handler.length < 3) return
  const message =
    'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later.'
  throw new RuntimeFailure('Runtime.CallbackHandlerDeprecated', message)
}

function textOf(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null'
  } catch {
    throw new RuntimeFailure('Runtime.MarshalError', 'Unable to stringify response body')
  }
}

function fatal(what: string, error: Error, code: number): void {
  log(`${what}\t${JSON.stringify(loggedFailure(error))}`, 'ERROR')
  if (current) answer({ type: 'failed', id: current.id, error: failureOf(error), rss: rss(), ends: true })
  else send({ type: 'initFailed', error: failureOf(error) })
  socket.end(() => exit(code))
}

function take(name: string): string {
  const value = variables[name] ?? ''
  delete variables[name]
  return value
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function'
