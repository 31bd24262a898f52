import { messageOf } from '@terrace/kit'
import type { Principal } from '../../../identity/principal.ts'
import type { World } from '../../../world.ts'
import type { EventInvokeConfig } from '../function.ts'
import type { Functions, Resolved } from '../functions.ts'
import type { FunctionMetrics } from '../metrics.ts'
import { LATEST } from '../names.ts'
import type { FunctionRoles } from '../roles.ts'
import type { FailureBody } from '../runtime/messages.ts'
import type { AsynchronousEvent, EventEnd } from './events.ts'

/** Records of events for destinations, and events themselves for dead-letter queues, sent with the function's role. */
export class Destinations {
  readonly #world: World
  readonly #functions: Functions
  readonly #roles: FunctionRoles
  readonly #metrics: () => FunctionMetrics

  constructor(world: World, functions: Functions, roles: FunctionRoles, metrics: () => FunctionMetrics) {
    this.#world = world
    this.#functions = functions
    this.#roles = roles
    this.#metrics = metrics
  }

  async send(resolved: Resolved, config: EventInvokeConfig, event: AsynchronousEvent, end: EventEnd): Promise<void> {
    const { record, version } = resolved
    const from = this.#roles.principalOf(record.name, version.settings.roleArn)
    const destination = end.condition === 'Success' ? config.onSuccess : config.onFailure
    if (destination !== undefined) {
      const body = this.#recordOf(resolved, event, end)
      const sent = () => this.#deliver(destination, from, body, resolved, end)
      await this.#try(resolved, 'DestinationDeliveryFailures', destination, sent)
    }
    const { deadLetterArn } = version.settings
    if (end.condition === 'Success' || deadLetterArn === undefined) return
    await this.#try(resolved, 'DeadLetterErrors', deadLetterArn, () => this.#bury(deadLetterArn, from, event, end))
  }

  /** @see Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations" */
  #recordOf(
    { version, ...resolved }: Resolved,
    event: AsynchronousEvent,
    { condition, count, result }: EventEnd,
  ): object {
    const { name } = resolved.record
    const arn = this.#functions.arnOf({ name, qualifier: resolved.qualifier ?? LATEST })
    return {
      version: '1.0',
      timestamp: new Date(this.#world.clock.now()).toISOString(),
      requestContext: {
        requestId: event.requestId,
        functionArn: arn,
        condition,
        approximateInvokeCount: count,
      },
      requestPayload: JSON.parse(event.payload),
      ...(result && {
        responseContext: {
          statusCode: 200,
          executedVersion: version.version,
          ...(result.functionError === undefined ? {} : { functionError: result.functionError }),
        },
        responsePayload: JSON.parse(result.payload),
      }),
    }
  }

  async #deliver(to: string, from: Principal, body: object, { arn }: Resolved, { condition }: EventEnd): Promise<void> {
    const { architecture, clock, deliveries, ports, random } = this.#world
    const text = JSON.stringify(body)
    switch (to.split(':')[2]) {
      case 'sqs':
        return (await ports.need('queues')).send(to, { body: text }, from)
      case 'events': {
        const result = condition === 'Success' ? 'Success' : 'Failure'
        const event = {
          version: '0',
          id: random.uuid(),
          'detail-type': `Lambda Function Invocation Result - ${result}`,
          source: 'lambda',
          account: architecture.account,
          time: new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
          region: architecture.region,
          resources: [to, arn],
          detail: body,
        }
        return await deliveries.handOver({ to, from, body: JSON.stringify(event) })
      }
      default:
        return await deliveries.handOver({ to, from, body: text })
    }
  }

  /**
   * The event itself, with what went wrong as attributes. differs: a topic gets no attributes.
   * @see Lambda Developer Guide, "Adding a dead-letter queue"
   */
  async #bury(to: string, from: Principal, event: AsynchronousEvent, { result }: EventEnd): Promise<void> {
    if (to.split(':')[2] !== 'sqs') return await this.#world.deliveries.handOver({ to, from, body: event.payload })
    const error: FailureBody | undefined = result && JSON.parse(result.payload)
    const attributes = {
      RequestID: { dataType: 'String', text: event.requestId },
      ErrorCode: { dataType: 'Number', text: result ? '200' : '429' },
      ...(error ? { ErrorMessage: { dataType: 'String', text: error.errorMessage.slice(0, 1024) || 'none' } } : {}),
    }
    const queues = await this.#world.ports.need('queues')
    queues.send(to, { body: event.payload, attributes }, from)
  }

  async #try(
    resolved: Resolved,
    metric: 'DestinationDeliveryFailures' | 'DeadLetterErrors',
    to: string,
    send: () => Promise<void>,
  ) {
    try {
      await send()
    } catch (error) {
      const { name, node } = resolved.record
      this.#metrics().asynchronous(resolved, metric)
      this.#world.journal.write({
        kind: 'lambda.notDelivered',
        ...(node === undefined ? {} : { node }),
        message: `what became of an event of the function ${name} could not be sent to ${to}: ${messageOf(error)}`,
        details: { function: name, to },
      })
    }
  }
}
