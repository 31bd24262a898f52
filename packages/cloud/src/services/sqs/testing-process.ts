// SQS behind a gateway in a process of its own, which tests and benches kill: `node testing-process.ts <state folder>`.
// It prints the gateway's address, and for every line that it reads what it has used so far. It ends with its input.
import { createInterface } from 'node:readline'
import { startTestCloud } from '../../gateway/testing.ts'
import { sqs } from './index.ts'

const [state = ''] = process.argv.slice(2)
const { gateway } = await startTestCloud({ services: [sqs], state })
console.log(gateway.url)
const input = createInterface({ input: process.stdin })
input.on('line', () => {
  const { user, system } = process.cpuUsage()
  console.log(JSON.stringify({ cpuSeconds: (user + system) / 1e6, rssBytes: process.memoryUsage.rss() }))
})
input.on('close', () => process.exit(0))
