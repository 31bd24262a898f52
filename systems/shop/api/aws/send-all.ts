import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { amazonTraceHeaderOf, type Telemetry } from '@terrace/service'
import type { Outgoing } from '../messages/outbox-row.ts'
import type { SendAll } from '../messages/relay.ts'
import { batchesOfTen } from './batches.ts'
import { queueAttributes, queueName } from './queue-spans.ts'
import { withTraceHeader } from './trace-header.ts'

/** A message as the queue gets it. */
interface Sendable {
  readonly text: string
  /** What the worker continues. */
  readonly traceHeader: string | undefined
}

/**
 * Puts messages on a queue, ten with each call, all calls at once. Each is a span in the trace that it comes from: the time
 * that an order has spent in the outbox is the gap before it.
 */
export const sendAllTo =
  (client: SQSClient, queueUrl: string, telemetry: Pick<Telemetry, 'continueTraces'>): SendAll =>
  messages =>
    telemetry.continueTraces(
      messages.map(({ traceparent }) => ({ headers: { traceparent } })),
      `send ${queueName(queueUrl)}`,
      { kind: 'producer', attributes: queueAttributes(queueUrl) },
      async places => {
        const traced = messages.map(
          ({ text }: Outgoing, index): Sendable => ({ text, traceHeader: amazonTraceHeaderOf(places[index]?.context) }),
        )
        const answers = await Promise.all(batchesOfTen(traced).map(batch => sendBatch(client, queueUrl, batch)))
        const sent = answers.flat()
        for (const [index, place] of places.entries()) if (!sent[index]) place.fail('SQS did not take it')
        return sent
      },
    )

async function sendBatch(client: SQSClient, QueueUrl: string, batch: readonly Sendable[]): Promise<readonly boolean[]> {
  const Entries = batch.map(({ text, traceHeader }, index) => ({
    Id: String(index),
    MessageBody: text,
    ...withTraceHeader(traceHeader),
  }))
  const { Successful = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
  const taken = new Set(Successful.map(({ Id }) => Id))
  return Entries.map(({ Id }) => taken.has(Id))
}
