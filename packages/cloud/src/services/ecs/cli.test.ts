import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { findProgram } from '../../programs/find.ts'
import { stage } from './testing/stage.ts'

const aws = findProgram(['aws'])
const reason = aws ? '' : ' (skipped: the AWS CLI is not installed)'

describe.skipIf(!aws)(`an operator with the AWS CLI${reason}`, () => {
  it('looks at a service, rolls it anew, scales it, and stops a task', async () => {
    await using on = await stage()
    /** Runs the CLI as an operator would, with text for an answer. */
    const cli = async (words: string): Promise<string> => {
      const args = ['ecs', ...words.split(' '), '--output', 'text', '--endpoint-url', on.cloud.gateway.url]
      const { stdout } = await promisify(execFile)(aws ?? 'aws', args, {
        env: {
          PATH: process.env.PATH ?? '',
          AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
          AWS_SECRET_ACCESS_KEY: 'example',
          AWS_DEFAULT_REGION: 'us-east-1',
        },
      })
      return stdout.trim()
    }
    expect(
      await cli(
        'describe-services --cluster main --services web --query services[0].[status,runningCount,desiredCount]',
      ),
    ).toBe('ACTIVE\t2\t2')
    expect(
      await cli(
        'update-service --cluster main --service web --force-new-deployment --desired-count 3 --query service.deployments[].status',
      ),
    ).toBe('PRIMARY\tACTIVE')
    await on.clock.advance(60_000)
    const tasks = await cli('list-tasks --cluster main --service-name web --query taskArns')
    expect(tasks.split('\t')).toHaveLength(3)
    const [task = ''] = tasks.split('\t')
    expect(await cli(`stop-task --cluster main --task ${task} --reason test --query task.stoppedReason`)).toBe('test')
    await on.clock.advance(60_000)
    expect(
      await cli(
        `describe-tasks --cluster main --tasks ${task} --query tasks[0].[lastStatus,stopCode,containers[0].exitCode]`,
      ),
    ).toBe('STOPPED\tUserInitiated\t0')
  })
})
