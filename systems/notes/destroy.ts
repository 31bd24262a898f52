import { spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline/promises'
import { awsCli, clearZone } from '@terrace/constructs/operate'

/**
 * Removes everything that `cdk deploy` made, in one command: first the certificate's validation record, which
 * CloudFormation leaves in the zone, then the stack. Asks before, unless `--force`. A last snapshot of the database stays.
 */
const STACK = 'notes'

if (!process.argv.includes('--force') && !(await agreed())) process.exit(1)

const cleared = clearZone(STACK, awsCli('us-east-1'))
console.log(`removed ${cleared} validation record(s) from the zone`)
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
