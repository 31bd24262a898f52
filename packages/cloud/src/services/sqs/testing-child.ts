import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { SQSClient } from '@aws-sdk/client-sqs'
import { clientOptions } from '../../gateway/testing.ts'

/** SQS in a process of its own, which may be killed. */
export interface QueueProcess {
  readonly client: SQSClient
  /** What it has used so far. */
  usage(): Promise<{ readonly cpuSeconds: number; readonly rssBytes: number }>
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>
}

/** Starts it over a state folder. */
export async function startQueueProcess(state: string): Promise<QueueProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing-process.ts'), state], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const { value: url } = await lines.next()
  const client = new SQSClient(clientOptions(String(url)))
  return {
    client,
    async usage() {
      child.stdin.write('\n')
      return JSON.parse(String((await lines.next()).value))
    },
    async kill() {
      client.destroy()
      await killed(child)
    },
  }
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
