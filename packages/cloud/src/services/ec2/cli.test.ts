import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { policy, testRole } from '../../gateway/testing.ts'
import { findProgram } from '../../programs/find.ts'
import { testNode, threeTiers } from '../../testing/architecture.ts'
import { type Ec2Cloud, imageIn, imageProcess, machineWith, startEc2Cloud } from '../../workload/testing.ts'

const aws = findProgram(['aws'])
const reason = aws ? '' : ' (skipped: the AWS CLI is not installed)'

const role = {
  ...testRole('role', { Effect: 'Allow', Action: 'ecr:*', Resource: '*' }),
  trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }),
}

const nodes = [
  ...threeTiers(),
  role,
  testNode('launchTemplate', 'template', {
    name: 'app',
    machine: machineWith(
      [imageProcess(imageIn(import.meta.dirname, { command: ['node', '-e', 'setInterval(() => {}, 1e6)'] }))],
      {
        role: 'role',
      },
    ),
  }),
]

let cloud: Ec2Cloud

beforeEach(async () => {
  cloud = await startEc2Cloud({ nodes })
})

afterEach(() => cloud.stop())

/** Runs the CLI as an operator would, with text for an answer. */
async function cli(words: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    aws ?? 'aws',
    [...words.split(' '), '--output', 'text', '--endpoint-url', cloud.gateway.url],
    {
      env: {
        PATH: process.env.PATH ?? '',
        AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'example',
        AWS_DEFAULT_REGION: 'us-east-1',
      },
    },
  )
  return stdout.trim()
}

describe.skipIf(!aws)(`an operator with the AWS CLI${reason}`, () => {
  it('launches an instance, opens a port, looks at it, and terminates it', async () => {
    const id = await cli(
      'ec2 run-instances --launch-template LaunchTemplateName=app --subnet-id app-a --query Instances[0].InstanceId',
    )
    expect(id).toMatch(/^i-[0-9a-f]{17}$/)
    expect(
      await cli(
        `ec2 describe-instances --filters Name=instance-state-name,Values=running --query Reservations[].Instances[].[InstanceId,Placement.AvailabilityZone]`,
      ),
    ).toBe(`${id}\tus-east-1a`)
    expect(
      await cli(
        'ec2 authorize-security-group-ingress --group-id app --protocol tcp --port 22 --cidr 10.0.0.0/16 --query Return',
      ),
    ).toBe('True')
    expect(cloud.network.rules.securityGroup('app').ingress.at(-1)).toMatchObject({ ports: [22, 22] })
    expect(await cli(`ec2 get-console-output --instance-id ${id} --query Output`)).toContain('cloud-init')
    expect(await cli('ec2 describe-subnets --filters Name=tag:Name,Values=none --query length(Subnets)')).toBe('0')
    expect(
      await cli(`ec2 terminate-instances --instance-ids ${id} --query TerminatingInstances[0].CurrentState.Name`),
    ).toBe('shutting-down')
    await expect(cli('ec2 describe-instances --instance-ids i-0123456789abcdef0')).rejects.toThrow(
      'InvalidInstanceID.NotFound',
    )
  }, 60_000)
})
