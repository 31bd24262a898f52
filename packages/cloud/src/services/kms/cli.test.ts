import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { cliEnvironment, cliIsHere } from '../../gateway/testing-cli.ts'
import { kms } from './index.ts'

const run = promisify(execFile)

describe.skipIf(!cliIsHere)(
  `KMS by the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`,
  () => {
    let cloud: TestCloud
    let home: string

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'terrace-cli-'))
      cloud = await startTestCloud({ services: [kms] })
    })

    afterAll(async () => {
      await cloud.stop()
      rmSync(home, { recursive: true, force: true })
    })

    const aws = async (...args: readonly string[]) => {
      const { stdout } = await run('aws', ['--endpoint-url', cloud.gateway.url, 'kms', ...args, '--output', 'text'], {
        cwd: home,
        env: cliEnvironment(home),
      })
      return stdout.trim()
    }

    it('an operator makes a key with a name, encrypts a file, and retires the key', async () => {
      const id = await aws('create-key', '--description', 'orders', '--query', 'KeyMetadata.KeyId')
      await aws('create-alias', '--alias-name', 'alias/orders', '--target-key-id', id)
      await aws('enable-key-rotation', '--key-id', id)
      writeFileSync(join(home, 'plain'), 'secret')
      const context = ['--encryption-context', 'order=42']
      const encrypt = ['encrypt', '--key-id', 'alias/orders', '--plaintext', 'fileb://plain', ...context]
      const sealed = await aws(...encrypt, '--query', 'CiphertextBlob')
      writeFileSync(join(home, 'sealed'), Buffer.from(sealed, 'base64'))
      const decrypt = ['decrypt', '--ciphertext-blob', 'fileb://sealed', '--query', 'Plaintext']
      expect(Buffer.from(await aws(...decrypt, ...context), 'base64').toString()).toBe('secret')
      await expect(aws(...decrypt)).rejects.toMatchObject({
        stderr: expect.stringContaining('(InvalidCiphertextException)'),
      })
      const deletion = ['schedule-key-deletion', '--key-id', id, '--pending-window-in-days', '7']
      expect(await aws(...deletion, '--query', 'KeyState')).toBe('PendingDeletion')
    })
  },
)
