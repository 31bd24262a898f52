import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { minutes, systemClock } from '@terrace/kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { cliIsHere } from '../../gateway/testing-cli.ts'
import { logs } from './index.ts'

const run = promisify(execFile)
describe.skipIf(!cliIsHere)(
  `CloudWatch Logs by the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`,
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

    const command = (...args: readonly string[]) => ['--endpoint-url', cloud.gateway.url, 'logs', ...args]
    const environment = () => ({
      PATH: process.env.PATH,
      HOME: home,
      PYENV_ROOT: process.env.PYENV_ROOT,
      PYENV_VERSION: process.env.PYENV_VERSION,
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
    })
    const aws = async (...args: readonly string[]) => {
      const { stdout } = await run('aws', command(...args), { env: environment() })
      return stdout
    }

    it('makes a group, puts events, and looks for them', async () => {
      await aws('create-log-group', '--log-group-name', '/library/api')
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

    it('watches what comes in', async () => {
      const arn = 'arn:aws:logs:us-east-1:123456789012:log-group:/library/api'
      const args = command('start-live-tail', '--log-group-identifiers', arn, '--log-event-filter-pattern', 'ERROR')
      const watch = spawn('aws', args, { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] })
      const groups = await cloud.world.ports.need('logGroups')
      // Nobody tells when it has begun to watch.
      const stop = systemClock.every(100, () =>
        groups.put('/library/api', 'one', [
          { at: systemClock.now(), message: 'fine' },
          { at: systemClock.now(), message: 'ERROR live' },
        ]),
      )
      const [seen] = await once(watch.stdout.setEncoding('utf8'), 'data')
      stop()
      watch.kill('SIGINT')
      await once(watch, 'close')
      expect(seen).toContain('ERROR live')
      expect(seen).not.toContain('fine')
    }, 60_000)

    it('makes a filter that counts events', async () => {
      await aws(
        ...['put-metric-filter', '--log-group-name', '/library/api', '--filter-name', 'errors'],
        ...['--filter-pattern', 'ERROR', '--metric-transformations'],
        'metricName=Errors,metricNamespace=Library,metricValue=1,defaultValue=0',
      )
      const groups = await cloud.world.ports.need('logGroups')
      const at = systemClock.now()
      groups.put('/library/api', 'one', [
        { at, message: 'ERROR' },
        { at, message: 'fine' },
      ])
      const found = { namespace: 'Library', name: 'Errors', dimensions: {}, period: minutes(1), from: at, to: at + 1 }
      expect(cloud.world.metrics.query({ ...found, statistic: 'Sum' })).toMatchObject([{ value: 1, sampleCount: 2 }])
    }, 60_000)
  },
)
