// S3 behind a gateway in a process of its own, which tests and benches kill: `node testing-process.ts <state folder>`.
// It prints the gateway's address, and for every line that it reads the most memory that it has had so far. It ends with
// its input.
import { createInterface } from 'node:readline'
import { startTestCloud, testBucket } from '../../gateway/testing.ts'
import { s3 } from './index.ts'

const [state = ''] = process.argv.slice(2)
const { gateway } = await startTestCloud({ nodes: [testBucket('store')], services: [s3], state })
console.log(gateway.url)
const input = createInterface({ input: process.stdin })
input.on('line', () => {
  const { user, system } = process.cpuUsage()
  // In KiB.
  const mostRssBytes = process.resourceUsage().maxRSS * 1024
  console.log(JSON.stringify({ cpuSeconds: (user + system) / 1e6, mostRssBytes }))
})
input.on('close', () => process.exit(0))
