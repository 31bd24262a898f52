import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { cliIsHere } from '../../gateway/testing-cli.ts'
import { kms } from '../kms/index.ts'
import { secretsmanager } from './index.ts'

const run = promisify(execFile)
describe.skipIf(!cliIsHere)(
  `Secrets Manager by the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`,
  () => {
    let cloud: TestCloud
    let home: string

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'terrace-cli-'))
      cloud = await startTestCloud({ services: [kms, secretsmanager] })
    })

    afterAll(async () => {
      await cloud.stop()
      rmSync(home, { recursive: true, force: true })
    })

    const aws = async (...args: readonly string[]) => {
      const { stdout } = await run('aws', ['--endpoint-url', cloud.gateway.url, 'secretsmanager', ...args], {
        cwd: home,
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
      return JSON.parse(stdout)
    }

    it('an operator makes a secret, changes it, loses it and gets it back', async () => {
      const { RandomPassword } = await aws('get-random-password', '--password-length', '20', '--exclude-punctuation')
      expect(RandomPassword).toMatch(/^[A-Za-z0-9]{20}$/)
      const tags = ['--tags', 'Key=team,Value=shop']
      const { Name } = await aws('create-secret', '--name', 'shop/key', '--secret-string', RandomPassword, ...tags)
      expect(Name).toBe('shop/key')
      const id = ['--secret-id', 'shop/key']
      await aws('put-secret-value', ...id, '--secret-string', 'changed')
      const previous = await aws('get-secret-value', ...id, '--version-stage', 'AWSPREVIOUS')
      expect(previous.SecretString).toBe(RandomPassword)
      const { SecretList } = await aws('list-secrets', '--filters', 'Key=tag-value,Values=shop')
      expect(SecretList).toMatchObject([{ Name: 'shop/key', Tags: [{ Key: 'team', Value: 'shop' }] }])
      await aws('delete-secret', ...id, '--recovery-window-in-days', '7')
      await expect(aws('get-secret-value', ...id)).rejects.toMatchObject({
        stderr: expect.stringContaining('was marked for deletion'),
      })
      expect(await aws('restore-secret', ...id)).toMatchObject({ Name: 'shop/key' })
    })
  },
)
