import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { logs } from './index.ts'

function hasCli(): boolean {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const run = promisify(execFile)
const present = hasCli()

describe.skipIf(!present)(
  `CloudWatch Logs by the AWS CLI${present ? '' : ' (skipped: the command aws is not on the PATH)'}`,
  () => {
    let cloud: TestCloud
    let home: string

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'terrace-cli-'))
      cloud = await startTestCloud({ services: [logs] })
    })

    afterAll(async () => {
      await cloud.stop()
      rmSync(home, { recursive: true, force: true })
    })

    const aws = async (...args: readonly string[]) => {
      const { stdout } = await run('aws', ['--endpoint-url', cloud.gateway.url, 'logs', ...args], {
        env: {
          PATH: process.env.PATH,
          HOME: home,
          PYENV_ROOT: process.env.PYENV_ROOT,
          PYENV_VERSION: process.env.PYENV_VERSION,
          AWS_ACCESS_KEY_ID: 'any',
          AWS_SECRET_ACCESS_KEY: 'any',
          AWS_DEFAULT_REGION: 'us-east-1',
          AWS_EC2_METADATA_DISABLED: 'true',
        },
      })
      return stdout
    }

    it('makes a group, puts events, and looks for them', async () => {
      await aws('create-log-group', '--log-group-name', '/library/api')
      await aws('put-retention-policy', '--log-group-name', '/library/api', '--retention-in-days', '30')
      await aws('create-log-stream', '--log-group-name', '/library/api', '--log-stream-name', 'one')
      const stream = ['--log-group-name', '/library/api', '--log-stream-name', 'one']
      const at = Date.now()
      await aws(
        'put-log-events',
        ...stream,
        '--log-events',
        `timestamp=${at},message=ERROR`,
        `timestamp=${at},message=fine`,
      )
      const found = await aws(
        ...['filter-log-events', '--log-group-name', '/library/api', '--filter-pattern', 'ERROR'],
        ...['--query', 'events[].message', '--output', 'text'],
      )
      expect(found).toBe('ERROR\n')
      const tail = JSON.parse(await aws('get-log-events', ...stream, '--limit', '1'))
      expect(tail.events).toMatchObject([{ timestamp: at, message: 'fine' }])
      await expect(aws('get-log-events', '--log-group-name', 'none', '--log-stream-name', 'x')).rejects.toThrow(
        'An error occurred (ResourceNotFoundException)',
      )
    }, 60_000)
  },
)
