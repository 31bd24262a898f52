import type { World } from '../../world.ts'
import { Concurrency } from './concurrency.ts'
import type { Execution } from './environment/outcome.ts'
import { endLines, type Reported, startLines } from './environment/platform-lines.ts'
import type { Borrowed, Environments } from './environment/pool.ts'
import { RequestTooLargeException, TooManyRequestsException } from './errors.ts'
import type { Functions, Resolved } from './functions.ts'
import { LONGEST_PAYLOAD } from './limits.ts'
import { FunctionMetrics } from './metrics.ts'
import type { FailureBody } from './runtime/messages.ts'

/** One event for a function. */
export interface Invocation {
  readonly requestId: string
  /** JSON text. */
  readonly payload: string
  readonly clientContext?: string
}

/** What came of it. */
export interface InvocationResult {
  /** JSON text: what the handler returned, or its error. */
  readonly payload: string
  readonly functionError?: 'Unhandled'
  readonly version: string
  /** Everything that was written to the log for it. */
  readonly log: string
}

/** Runs functions: one event, one process, one answer. */
export class Invoker {
  readonly concurrency = new Concurrency()
  readonly metrics: FunctionMetrics
  readonly #world: World
  readonly #functions: Functions
  readonly #environments: Environments

  constructor(world: World, functions: Functions, environments: Environments) {
    this.#world = world
    this.#functions = functions
    this.#environments = environments
    this.metrics = new FunctionMetrics(world.metrics)
  }

  /** @throws TooManyRequestsException, RequestTooLargeException */
  async invoke(resolved: Resolved, invocation: Invocation): Promise<InvocationResult> {
    const { record, version } = resolved
    checkSize(invocation.payload)
    const release = this.#take(resolved)
    try {
      const borrowed = await this.#environments.borrow(record, version)
      try {
        return await this.#run(resolved, borrowed, invocation)
      } finally {
        await this.#environments.giveBack(record.name, borrowed)
      }
    } finally {
      release()
    }
  }

  #take(resolved: Resolved): () => void {
    const { record } = resolved
    try {
      const release = this.concurrency.take(record, this.#functions.list())
      this.metrics.started(resolved, this.concurrency.of(record.name), this.concurrency.total)
      return release
    } catch (error) {
      if (error instanceof TooManyRequestsException) this.metrics.throttled(resolved)
      throw error
    }
  }

  async #run(resolved: Resolved, borrowed: Borrowed, invocation: Invocation): Promise<InvocationResult> {
    const { arn, version } = resolved
    const { environment, log, failure } = borrowed
    const { settings } = version
    const { requestId, payload, clientContext } = invocation
    const of: Reported = {
      id: requestId,
      version: version.version,
      memoryMiB: settings.memoryMiB,
      timeoutSeconds: settings.timeoutSeconds,
    }
    for (const line of startLines(settings.logging, this.#world.clock.now(), of)) log.write(line)
    const execution: Execution = failure
      ? { outcome: { kind: 'failed', error: failure }, duration: 0, maxMemoryBytes: 0 }
      : await environment.execute({
          id: requestId,
          arn,
          payload,
          ...(clientContext === undefined ? {} : { clientContext }),
        })
    for (const line of endLines(settings.logging, this.#world.clock.now(), of, execution)) log.write(line)
    const result = { ...answerOf(execution, requestId), version: version.version, log: log.takeTail() }
    this.metrics.ended(resolved, execution.duration, result.functionError !== undefined)
    if (result.functionError) this.#tell(resolved, requestId, result.payload)
    return result
  }

  #tell({ record }: Resolved, requestId: string, payload: string): void {
    const { errorType, errorMessage }: FailureBody = JSON.parse(payload)
    this.#world.journal.write({
      kind: 'lambda.failed',
      ...(record.node === undefined ? {} : { node: record.node }),
      message: `the function ${record.name} failed with ${errorType}: ${errorMessage}`,
      details: { function: record.name, requestId, errorType },
    })
  }
}

function checkSize(payload: string): void {
  if (Buffer.byteLength(payload) <= LONGEST_PAYLOAD) return
  const message = `Request must be smaller than ${LONGEST_PAYLOAD} bytes for the InvokeFunction operation`
  throw new RequestTooLargeException(message)
}

/** @see Lambda Developer Guide, "Lambda quotas", the size of an answer */
function answerOf({ outcome }: Execution, requestId: string): Pick<InvocationResult, 'payload' | 'functionError'> {
  if (outcome.kind !== 'done') return { payload: JSON.stringify(outcome.error), functionError: 'Unhandled' }
  const bytes = Buffer.byteLength(outcome.payload)
  if (bytes <= LONGEST_PAYLOAD) return { payload: outcome.payload }
  const error: FailureBody = {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `RequestId: ${requestId} Error: Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${LONGEST_PAYLOAD} bytes).`,
  }
  return { payload: JSON.stringify(error), functionError: 'Unhandled' }
}
