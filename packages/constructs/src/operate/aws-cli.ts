import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A call that AWS, or the AWS CLI itself, has refused. */
export class AwsCliError extends Error {
  /** AWS's own: `ParameterNotFound`. */
  readonly code: string | undefined

  constructor(command: string, said: string) {
    super(`aws ${command} failed: ${said}`)
    this.name = 'AwsCliError'
    this.code = /\((\w+)\) when calling/.exec(said)?.[1]
  }
}

/** One call of the AWS CLI, with the credentials of whoever types. */
export type AwsCli = <T>(words: readonly string[], input?: object) => T

/**
 * Calls the AWS CLI in a region. What is in `input` goes by a file that nobody else may read and that is gone afterwards:
 * a list of processes doesn't show it.
 *
 * @throws AwsCliError
 */
export const awsCli =
  (region: string): AwsCli =>
  <T>(words: readonly string[], input?: object): T => {
    const options = ['--region', region, '--output', 'json']
    if (!input) return run([...words, ...options])
    const folder = mkdtempSync(join(tmpdir(), 'aws-'))
    try {
      const file = join(folder, 'input.json')
      writeFileSync(file, JSON.stringify(input), { mode: 0o600 })
      return run([...words, ...options, '--cli-input-json', `file://${file}`])
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

function run<T>(words: readonly string[]): T {
  const { status, stdout, stderr, error } = spawnSync('aws', words, { encoding: 'utf8' })
  if (status !== 0) throw new AwsCliError(words.slice(0, 2).join(' '), stderr?.trim() || String(error?.message))
  return JSON.parse(stdout || 'null')
}
