import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { findProgram } from '../../programs/find.ts'
import { kms } from '../kms/index.ts'
import { ssm } from './index.ts'
import { type SsmCloud, startSsmCloud } from './testing.ts'

const AWS = findProgram(['aws'])
const call = promisify(execFile)

const running: SsmCloud[] = []

afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.stop()
})

describe.skipIf(AWS === undefined)(
  "an operator's session with the AWS CLI (skipped where `aws` is not installed)",
  () => {
    it('puts a secret, reads it, runs a command and reads what it said', { timeout: 60_000 }, async () => {
      const cloud = await startSsmCloud([], { services: [kms, ssm] })
      running.push(cloud)
      const { id } = await cloud.launch({ tags: { Name: 'bastion' } })
      const aws = async (...words: string[]): Promise<unknown> => {
        const { stdout } = await call(
          AWS ?? 'aws',
          ['ssm', ...words, '--endpoint-url', cloud.gateway.url, '--output', 'json'],
          {
            env: {
              PATH: process.env.PATH,
              HOME: cloud.world.folders.state,
              AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
              AWS_SECRET_ACCESS_KEY: 'example',
              AWS_DEFAULT_REGION: 'us-east-1',
            },
          },
        )
        return stdout.trim() === '' ? {} : JSON.parse(stdout)
      }
      expect(
        await aws('put-parameter', '--name', '/shop/password', '--type', 'SecureString', '--value', 'very-secret'),
      ).toEqual({
        Version: 1,
        Tier: 'Standard',
      })
      expect(await aws('get-parameter', '--name', '/shop/password', '--with-decryption')).toMatchObject({
        Parameter: { Type: 'SecureString', Value: 'very-secret' },
      })
      expect(await aws('describe-instance-information')).toMatchObject({
        InstanceInformationList: [{ InstanceId: id, PingStatus: 'Online' }],
      })
      const sent = await aws(
        'send-command',
        '--document-name',
        'AWS-RunShellScript',
        '--targets',
        'Key=tag:Name,Values=bastion',
        '--parameters',
        'commands=["echo hello"]',
      )
      const command = String(Reflect.get(Object(Reflect.get(Object(sent), 'Command')), 'CommandId'))
      await cloud.world.journal.find(({ kind }) => kind === 'ssm.commandEnded')
      expect(await aws('get-command-invocation', '--command-id', command, '--instance-id', id)).toMatchObject({
        Status: 'Success',
        StandardOutputContent: 'hello\n',
      })
      expect(await aws('get-connection-status', '--target', id)).toMatchObject({ Status: 'connected' })
    })
  },
)
