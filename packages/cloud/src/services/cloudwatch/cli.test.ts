import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { cliEnvironment, cliIsHere } from '../../gateway/testing-cli.ts'
import { cloudwatch } from './index.ts'

const run = promisify(execFile)

describe.skipIf(!cliIsHere)(
  `CloudWatch by the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`,
  () => {
    let cloud: TestCloud
    let home: string

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'terrace-cli-'))
      cloud = await startTestCloud({ services: [cloudwatch] })
    })

    afterAll(async () => {
      await cloud.stop()
      rmSync(home, { recursive: true, force: true })
    })

    const aws = async (...args: readonly string[]) => {
      const { stdout } = await run('aws', ['--endpoint-url', cloud.gateway.url, 'cloudwatch', ...args], {
        env: cliEnvironment(home),
      })
      return stdout
    }

    it('puts a metric, reads it, and makes an alarm that is looked into', async () => {
      await aws(
        'put-metric-data',
        '--namespace',
        'Library',
        '--metric-name',
        'Errors',
        '--value',
        '12',
        '--unit',
        'Count',
      )
      const listed = JSON.parse(await aws('list-metrics', '--namespace', 'Library'))
      expect(listed).toEqual({ Metrics: [{ Namespace: 'Library', MetricName: 'Errors', Dimensions: [] }] })
      const now = Date.now()
      const range = [
        '--start-time',
        new Date(now - 300_000).toISOString(),
        '--end-time',
        new Date(now + 60_000).toISOString(),
      ]
      const statistics = JSON.parse(
        await aws(
          'get-metric-statistics',
          '--namespace',
          'Library',
          '--metric-name',
          'Errors',
          ...range,
          '--period',
          '60',
          '--statistics',
          'Sum',
          'Maximum',
        ),
      )
      expect(statistics.Datapoints).toMatchObject([{ Sum: 12, Maximum: 12, Unit: 'Count' }])
      const alarm = [
        '--alarm-name',
        'errors',
        '--namespace',
        'Library',
        '--metric-name',
        'Errors',
        '--statistic',
        'Sum',
      ]
      const rule = [
        '--period',
        '60',
        '--evaluation-periods',
        '1',
        '--threshold',
        '10',
        '--comparison-operator',
        'GreaterThanThreshold',
      ]
      await aws('put-metric-alarm', ...alarm, ...rule)
      await aws('set-alarm-state', '--alarm-name', 'errors', '--state-value', 'ALARM', '--state-reason', 'testing')
      const described = JSON.parse(await aws('describe-alarms', '--state-value', 'ALARM'))
      expect(described.MetricAlarms).toMatchObject([{ AlarmName: 'errors', Threshold: 10, StateReason: 'testing' }])
      await expect(
        aws('put-anomaly-detector', '--namespace', 'N', '--metric-name', 'M', '--stat', 'Sum'),
      ).rejects.toThrow('PutAnomalyDetector is not emulated')
      await expect(
        aws('set-alarm-state', '--alarm-name', 'none', '--state-value', 'OK', '--state-reason', 'x'),
      ).rejects.toThrow('An error occurred (ResourceNotFound)')
    }, 60_000)
  },
)
