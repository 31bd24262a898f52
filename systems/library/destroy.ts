import { spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline/promises'
import { type RecordSet, validationRecords } from './validation-records.ts'

/**
 * Removes everything that `cdk deploy` made, in one command: first the certificate's validation records, which
 * CloudFormation leaves in the zone, then the stack, in the order of its dependencies. Asks before, unless `--force`.
 */
const STACK = 'library'

if (!process.argv.includes('--force') && !(await agreed())) process.exit(1)

const zoneId = aws<string | null>([
  ...['cloudformation', 'describe-stacks', '--stack-name', STACK],
  ...['--query', "Stacks[0].Outputs[?OutputKey=='HostedZoneId'].OutputValue | [0]"],
])
if (zoneId) {
  const zone = ['--hosted-zone-id', zoneId]
  const query = ['--query', 'ResourceRecordSets']
  const records = aws<readonly RecordSet[]>(['route53', 'list-resource-record-sets', ...zone, ...query])
  const Changes = validationRecords(records).map(ResourceRecordSet => ({ Action: 'DELETE', ResourceRecordSet }))
  if (Changes.length > 0) {
    aws(['route53', 'change-resource-record-sets', ...zone, '--change-batch', JSON.stringify({ Changes })])
  }
  console.log(`removed ${Changes.length} validation record(s) from the zone ${zoneId}`)
}
const destroyed = spawnSync('npx', ['cdk', 'destroy', STACK, '--force'], {
  cwd: import.meta.dirname,
  stdio: 'inherit',
})
process.exitCode = destroyed.status ?? 1

async function agreed(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(
    `Delete the stack "${STACK}" and all it holds? The data stays as a snapshot. [y/N] `,
  )
  terminal.close()
  return answer.trim().toLowerCase() === 'y'
}

function aws<T>(command: readonly string[]): T {
  const { status, stdout, stderr, error } = spawnSync(
    'aws',
    [...command, '--region', 'us-east-1', '--output', 'json'],
    { encoding: 'utf8' },
  )
  if (status === 0) return JSON.parse(stdout)
  console.error(`aws ${command.slice(0, 2).join(' ')} failed: ${stderr.trim() || error?.message}`)
  process.exit(1)
}
