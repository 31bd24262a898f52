import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { policy, startTestCloud, type TestCloud, testRole } from '../../gateway/testing.ts'
import { cliIsHere } from '../../gateway/testing-cli.ts'
import { iam } from './index.ts'

const run = promisify(execFile)
const app = {
  ...testRole('app', { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::site/*' }),
  trust: policy({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
  managedPolicies: ['arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'],
}

describe.skipIf(!cliIsHere)(
  `an operator's session${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`,
  () => {
    let cloud: TestCloud
    let folder: string

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'terrace-iam-'))
      cloud = await startTestCloud({ nodes: [app], services: [iam] })
    })

    afterAll(async () => {
      await cloud.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    const aws = async (...args: readonly string[]) => {
      const { stdout } = await run('aws', ['--endpoint-url', cloud.gateway.url, ...args], {
        cwd: folder,
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          PYENV_ROOT: process.env.PYENV_ROOT,
          PYENV_VERSION: process.env.PYENV_VERSION,
          AWS_ACCESS_KEY_ID: 'any',
          AWS_SECRET_ACCESS_KEY: 'any',
          AWS_DEFAULT_REGION: 'us-east-1',
        },
      })
      return stdout
    }

    it('finds out why a role may not do something', async () => {
      expect(await aws('iam', 'list-roles', '--query', 'Roles[].RoleName', '--output', 'text')).toBe('app\n')
      const attached = JSON.parse(await aws('iam', 'list-attached-role-policies', '--role-name', 'app'))
      expect(attached.AttachedPolicies).toHaveLength(1)
      const inline = JSON.parse(await aws('iam', 'get-role-policy', '--role-name', 'app', '--policy-name', 'inline'))
      expect(inline.PolicyDocument).toEqual(app.policies[0]?.document)
      const simulated = await aws(
        ...['iam', 'simulate-principal-policy', '--policy-source-arn', app.arn],
        ...['--action-names', 's3:GetObject', 's3:PutObject', '--resource-arns', 'arn:aws:s3:::site/index.html'],
        ...['--query', 'EvaluationResults[].EvalDecision', '--output', 'text'],
      )
      expect(simulated).toBe('allowed\timplicitDeny\n')
      await expect(aws('iam', 'delete-role', '--role-name', 'app')).rejects.toThrow('the template is the source')
    }, 60_000)
  },
)
