import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { startTestCloud } from '../../gateway/testing.ts'
import { cliIsHere } from '../../gateway/testing-cli.ts'
import { s3 } from '../s3/index.ts'
import { autoscaling } from './index.ts'
import { standIns } from './testing/stand-ins.ts'
import { surroundings, testGroup } from './testing/test-group.ts'

const run = promisify(execFile)

it.skipIf(!cliIsHere)(
  `carries an operator’s session with the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`,
  async () => {
    await using cloud = await startTestCloud({
      nodes: [...surroundings().filter(({ id }) => id !== 'app-c'), testGroup()],
      services: [s3, standIns(), autoscaling],
    })
    const aws = async (...words: readonly string[]): Promise<string> => {
      const { stdout } = await run('aws', ['autoscaling', ...words, '--endpoint-url', cloud.gateway.url], {
        env: {
          ...process.env,
          AWS_ACCESS_KEY_ID: 'any',
          AWS_SECRET_ACCESS_KEY: 'any',
          AWS_DEFAULT_REGION: 'us-east-1',
          AWS_EC2_METADATA_DISABLED: 'true',
        },
      })
      return stdout.trim()
    }
    const named = ['--auto-scaling-group-name', 'library-app']
    const sizes = ['--query', 'AutoScalingGroups[0].[MinSize,DesiredCapacity,MaxSize]', '--output', 'text']

    expect(await aws('describe-auto-scaling-groups', ...sizes)).toBe('1\t2\t4')
    await aws('set-desired-capacity', ...named, '--desired-capacity', '3')
    const causes = ['--query', 'Activities[0].Cause', '--output', 'text']
    expect(await aws('describe-scaling-activities', ...named, ...causes)).toContain(
      'a user request explicitly set group desired capacity changing the desired capacity from 2 to 3.',
    )
    const tracking = {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
    }
    const put = await aws(
      'put-scaling-policy',
      ...named,
      '--policy-name',
      'cpu',
      '--policy-type',
      'TargetTrackingScaling',
      '--target-tracking-configuration',
      JSON.stringify(tracking),
    )
    expect(JSON.parse(put).Alarms).toHaveLength(2)
    await aws('suspend-processes', ...named, '--scaling-processes', 'AlarmNotification')
    const refresh = JSON.parse(await aws('start-instance-refresh', ...named, '--preferences', '{"InstanceWarmup":60}'))
    const status = ['--query', 'InstanceRefreshes[0].[InstanceRefreshId,Status]', '--output', 'text']
    expect(await aws('describe-instance-refreshes', ...named, ...status)).toBe(
      `${refresh.InstanceRefreshId}\tInProgress`,
    )
    await expect(aws('set-desired-capacity', ...named, '--desired-capacity', '9')).rejects.toThrow(
      'New SetDesiredCapacity value 9 is above max value 4 for the AutoScalingGroup.',
    )
  },
  60_000,
)
