import type { MessagePlace, Telemetry } from '@terrace/service'
import { queueAttributes, queueName } from '../aws/queue-spans.ts'
import type { Handled } from './consumer.ts'
import type { Received } from './order-queue.ts'

/** A message that is worked on, with its place in the trace of its order. */
export interface Traced extends Received {
  readonly place: MessagePlace
}

/**
 * Handles batches as parts of the traces that their messages come from. Each attempt is a span of its own beside the
 * earlier ones; one that comes back has failed.
 *
 * differs: the span is a server's, where OpenTelemetry has `consumer` for it. What sends spans to X-Ray makes segments of
 * servers' spans alone, and without a segment of its own the worker would be missing on the map of services.
 * @see opentelemetry-collector-contrib, README of the AWS X-Ray exporter
 */
export const handleTraced =
  (
    telemetry: Pick<Telemetry, 'continueTraces'>,
    queueUrl: string,
    handle: (messages: readonly Traced[]) => Promise<Handled<Traced>>,
  ) =>
  (messages: readonly Received[]): Promise<Handled> =>
    telemetry.continueTraces(
      messages.map(({ traceHeader, id, receives }) => ({
        headers: { 'x-amzn-trace-id': traceHeader },
        attributes: { 'messaging.message.id': id, 'terrace.attempt': receives },
      })),
      `process ${queueName(queueUrl)}`,
      { kind: 'server', attributes: { ...queueAttributes(queueUrl), 'messaging.operation.type': 'process' } },
      async places => {
        const handled = await handle(
          places.flatMap((place, index) => {
            const message = messages[index]
            return message ? [{ ...message, place }] : []
          }),
        )
        for (const { place } of handled.failed) place.fail('the message comes back')
        return handled
      },
    )
