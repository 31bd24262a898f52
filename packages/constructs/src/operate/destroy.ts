import { spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline/promises'
import { awsCli } from './aws-cli.ts'
import { clearZone } from './clear-zone.ts'

/** What is to be removed. */
export interface Destruction {
  /** Folder of the CDK app. */
  readonly app: string
  /** How people call it: `the stack "library"`. */
  readonly what: string
  /** The stack with the hosted zone. */
  readonly zoneStack: string
  readonly region: string
  /** Words for `cdk destroy`, such as `-c environment=prod`. Default none. */
  readonly words?: readonly string[]
}

/**
 * Removes all stacks of an app from AWS, in the reverse order of their dependencies: first the certificate's validation
 * records, which CloudFormation leaves in the zone. Asks before, unless `--force` is among the words of the command.
 *
 * @returns the exit code
 * @throws AwsCliError
 */
export async function destroy({ app, what, zoneStack, region, words = [] }: Destruction): Promise<number> {
  if (!process.argv.includes('--force') && !(await agreed(what))) return 1
  console.log(`removed ${clearZone(zoneStack, awsCli(region))} validation record(s) from the zone`)
  const destroyed = spawnSync('npx', ['cdk', 'destroy', '--all', '--force', ...words], { cwd: app, stdio: 'inherit' })
  return destroyed.status ?? 1
}

async function agreed(what: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(`Delete ${what} and all it holds? The data stays as a snapshot. [y/N] `)
  terminal.close()
  return answer.trim().toLowerCase() === 'y'
}
