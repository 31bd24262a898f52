import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { SendAll } from '../messages/relay.ts'
import { batchesOfTen } from './batches.ts'

/** Puts texts on a queue, ten with each call, all calls at once. */
export const sendAllTo =
  (client: SQSClient, queueUrl: string): SendAll =>
  async bodies => {
    const answers = await Promise.all(batchesOfTen(bodies).map(batch => sendBatch(client, queueUrl, batch)))
    return answers.flat()
  }

async function sendBatch(client: SQSClient, QueueUrl: string, bodies: readonly string[]): Promise<readonly boolean[]> {
  const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }))
  const { Successful = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
  const taken = new Set(Successful.map(({ Id }) => Id))
  return Entries.map(({ Id }) => taken.has(Id))
}
