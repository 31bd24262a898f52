import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { seeded } from '@terrace/kit'
import { startQueueProcess } from '../../packages/cloud/src/services/sqs/testing-child.ts'
import { Ledger } from '../../packages/cloud/src/services/sqs/testing-ledger.ts'
import type { Bench, Figure } from '../figure.ts'
import { rounded } from '../running.ts'

/** Bytes of a message, about those of an order. */
const BODY_BYTES = 300

/** Calls under way at once. */
const LANES = 4

/** Batches through the gateway with the ordinary SDK, and what a crash half-way leaves. */
export const bench: Bench = {
  name: 'sqs',
  describe: 'messages sent, received and deleted by tens through the gateway, and what kill -9 loses',
  async *run({ seed, quick }) {
    const folder = await mkdtemp(join(tmpdir(), 'bq-'))
    try {
      yield* throughput(join(folder, 'rate'), quick ? 4000 : 40_000)
      yield* crash(join(folder, 'crash'), quick ? 1000 : 100_000, seed)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function* throughput(state: string, messages: number): AsyncGenerator<Figure> {
  const server = await startQueueProcess(state)
  try {
    const { QueueUrl = '' } = await server.client.send(new CreateQueueCommand({ QueueName: 'orders' }))
    await pass(server.client, QueueUrl, messages / 10)
    const before = await server.usage()
    const client = process.cpuUsage()
    const begun = performance.now()
    await pass(server.client, QueueUrl, messages)
    const elapsed = (performance.now() - begun) / 1000
    const { cpuSeconds, rssBytes } = await server.usage()
    const { user, system } = process.cpuUsage(client)
    const own = (cpuSeconds - before.cpuSeconds) / messages
    yield {
      bench: 'sqs',
      figure: 'messages sent, received and deleted by tens, for each second of processor time of the cloud',
      ours: rounded(1 / own, 0),
      peer: null,
      ratio: null,
      unit: 'messages/s',
      bar: '≥ 2000 messages/s',
      pass: 1 / own >= 2000,
      note: [
        `by the clock ${rounded(messages / elapsed, 0)} messages/s with everything else on the machine`,
        `processor time of a message: cloud ${rounded(own * 1e6, 0)} µs, client ${rounded((user + system) / messages, 0)} µs`,
        `memory of the cloud's process ${rounded(rssBytes / 1e6, 0)} MB`,
      ].join('; '),
    }
  } finally {
    await server.kill()
  }
}

async function pass(client: SQSClient, QueueUrl: string, messages: number): Promise<void> {
  const MessageBody = 'x'.repeat(BODY_BYTES)
  let batches = messages / 10
  const lane = async () => {
    while (batches-- > 0) {
      const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: `${i}`, MessageBody }))
      await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
      const handles = Messages.map(({ ReceiptHandle = '' }, i) => ({ Id: `${i}`, ReceiptHandle }))
      await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }))
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

async function* crash(state: string, messages: number, seed: number): AsyncGenerator<Figure> {
  const random = seeded(seed)
  // Half of them on a standard queue, half on a FIFO queue; three calls for ten of them.
  const calls = (messages / 10) * 3
  const ledger = new Ledger(state, { messages: messages / 2, groups: 20 })
  await ledger.run({ kills: 1, untilKill: () => Math.floor(calls / 2 + random.integer(100) - 50) })
  const { lost, broughtBack, outOfOrder } = ledger.findings()
  yield {
    bench: 'sqs',
    figure: `of ${ledger.accepted} accepted messages, with kill -9 half-way: lost, back after an acknowledged delete, or out of order`,
    ours: lost + broughtBack + outOfOrder,
    peer: null,
    ratio: null,
    unit: 'messages',
    bar: '0',
    pass: lost + broughtBack + outOfOrder === 0 && ledger.accepted >= messages,
    note: `lost ${lost}, brought back ${broughtBack}, out of order ${outOfOrder}`,
  }
}
