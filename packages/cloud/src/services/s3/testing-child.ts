import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { S3Client } from '@aws-sdk/client-s3'
import { clientOptions } from '../../gateway/testing.ts'

/** S3 with the bucket `store` in a process of its own, which may be killed. */
export interface BucketProcess {
  readonly client: S3Client
  readonly url: string
  /** What it has used so far. */
  usage(): Promise<{ readonly cpuSeconds: number; readonly mostRssBytes: number }>
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>
}

/** Starts it over a state folder. */
export async function startBucketProcess(state: string): Promise<BucketProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing-process.ts'), state], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const { value } = await lines.next()
  const url = String(value)
  const client = new S3Client({ ...clientOptions(url), forcePathStyle: true })
  return {
    client,
    url,
    async usage() {
      child.stdin.write('\n')
      return JSON.parse(String((await lines.next()).value))
    },
    async kill() {
      client.destroy()
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
