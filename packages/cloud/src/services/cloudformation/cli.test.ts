import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { minutes } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { startTestCloud } from '../../gateway/testing.ts'
import { findProgram } from '../../programs/find.ts'
import { testNode } from '../../testing/architecture.ts'
import { machineWith } from '../../workload/testing.ts'
import { cloudFormationService } from './index.ts'

const aws = findProgram(['aws'])
const reason = aws ? '' : ' (skipped: the AWS CLI is not installed)'

describe.skipIf(!aws)(`an operator with the AWS CLI${reason}`, () => {
  it('signals in place of an instance, and sees that the resource is created', async () => {
    const node = testNode('instance', 'web', {
      machine: machineWith([]),
      subnet: 'subnet',
      zone: 'us-east-1a',
      publicAddress: false,
      creation: { signals: 1, timeout: minutes(5) },
    })
    await using cloud = await startTestCloud({ nodes: [node], services: [cloudFormationService()] })
    const cli = async (command: string, ...args: readonly string[]): Promise<string> => {
      const where = ['--stack-name', 'test', '--logical-resource-id', 'web', '--endpoint-url', cloud.gateway.url]
      const { stdout } = await promisify(execFile)(aws ?? 'aws', ['cloudformation', command, ...where, ...args], {
        env: {
          PATH: process.env.PATH ?? '',
          AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
          AWS_SECRET_ACCESS_KEY: 'example',
          AWS_DEFAULT_REGION: 'us-east-1',
        },
      })
      return stdout.trim()
    }
    const status = () =>
      cli('describe-stack-resource', '--output', 'text', '--query', 'StackResourceDetail.ResourceStatus')
    expect(await status()).toBe('CREATE_IN_PROGRESS')
    await cli('signal-resource', '--unique-id', 'i-1', '--status', 'SUCCESS')
    expect(await status()).toBe('CREATE_COMPLETE')
    await expect(cli('signal-resource', '--unique-id', 'i-2', '--status', 'SUCCESS')).rejects.toThrow(
      /\(ValidationError\) when calling the SignalResource operation: Stack arn:\S+ is in CREATE_COMPLETE state/,
    )
  })
})
