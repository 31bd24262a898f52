import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { findProgram } from '../../programs/find.ts'
import { cloudwatch } from '../cloudwatch/index.ts'
import { stage } from '../ecs/testing/stage.ts'
import { applicationautoscaling } from './index.ts'

const aws = findProgram(['aws'])
const reason = aws ? '' : ' (skipped: the AWS CLI is not installed)'

describe.skipIf(!aws)(`an operator with the AWS CLI${reason}`, () => {
  it('makes a service scale, and looks at what it did', async () => {
    await using on = await stage({ services: [cloudwatch, applicationautoscaling] })
    /** Runs the CLI as an operator would, with text for an answer. */
    const cli = async (command: string, ...args: readonly string[]): Promise<string> => {
      const all = ['application-autoscaling', command, '--service-namespace', 'ecs', ...args]
      const where = ['--output', 'text', '--endpoint-url', on.cloud.gateway.url]
      const { stdout } = await promisify(execFile)(aws ?? 'aws', [...all, ...where], {
        env: {
          PATH: process.env.PATH ?? '',
          AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
          AWS_SECRET_ACCESS_KEY: 'example',
          AWS_DEFAULT_REGION: 'us-east-1',
        },
      })
      return stdout.trim()
    }
    const named = ['--resource-id', 'service/main/web', '--scalable-dimension', 'ecs:service:DesiredCount']
    await cli('register-scalable-target', ...named, '--min-capacity', '3', '--max-capacity', '6')
    const configuration = {
      TargetValue: 70,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    }
    const policy = ['--policy-name', 'cpu', '--policy-type', 'TargetTrackingScaling']
    const made = ['--target-tracking-scaling-policy-configuration', JSON.stringify(configuration)]
    expect(await cli('put-scaling-policy', ...named, ...policy, ...made, '--query', 'length(Alarms)')).toBe('2')
    const bounds = 'ScalableTargets[0].[MinCapacity,MaxCapacity]'
    expect(await cli('describe-scalable-targets', '--query', bounds)).toBe('3\t6')
    await on.clock.advance(1000)
    const what = 'ScalingActivities[0].[Description,Cause,StatusCode]'
    expect(await cli('describe-scaling-activities', '--query', what)).toBe(
      'Setting desired count to 3.\tminimum capacity was set to 3\tSuccessful',
    )
  })
})
