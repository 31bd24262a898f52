import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kms } from '../services/kms/index.ts'
import { s3 } from '../services/s3/index.ts'
import { secretsmanager } from '../services/secretsmanager/index.ts'
import { ssm } from '../services/ssm/index.ts'
import { sts } from '../services/sts/index.ts'
import { testNode } from '../testing/architecture.ts'
import { policy, startTestCloud, type TestCloud, testBucket, testRole } from './testing.ts'
import { cliIsHere } from './testing-cli.ts'

const deployer = {
  ...testRole('deployer', { Effect: 'Allow', Action: 's3:*', Resource: '*' }),
  trust: policy({
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::123456789012:root' },
    Action: 'sts:AssumeRole',
  }),
}

const run = promisify(execFile)
describe.skipIf(!cliIsHere)(`the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`, () => {
  let cloud: TestCloud
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'terrace-cli-'))
    const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf'
    cloud = await startTestCloud({
      nodes: [
        testBucket('site'),
        testBucket('copy'),
        deployer,
        testNode('secret', 'key', { name: 'key', arn, description: '', value: { kind: 'literal', text: 'hidden' } }),
        testNode('parameter', 'limit', { name: '/library/limit', type: 'String', value: '2' }),
      ],
      services: [s3, kms, secretsmanager, ssm, sts],
    })
  })

  afterAll(async () => {
    await cloud.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Without any configuration of the user's. */
  const aws = (...args: readonly string[]) => awsWith({}, ...args)

  const awsWith = async (environment: Readonly<Record<string, string>>, ...args: readonly string[]) => {
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
        AWS_EC2_METADATA_DISABLED: 'true',
        ...environment,
      },
    })
    return stdout
  }

  it('says who calls', async () => {
    expect(JSON.parse(await aws('sts', 'get-caller-identity'))).toEqual({
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/administrator',
    })
  })

  it('L-15: lists buckets, synchronizes a directory there and back, and removes', async () => {
    mkdirSync(join(folder, 'web/deep'), { recursive: true })
    writeFileSync(join(folder, 'web/index.html'), '<h1>')
    writeFileSync(join(folder, 'web/deep/ä b+c.txt'), 'deep')
    // S3 dates objects in whole seconds: a file of the same second would count as newer than its own copy.
    for (const file of ['web/index.html', 'web/deep/ä b+c.txt'])
      utimesSync(join(folder, file), 1_700_000_000, 1_700_000_000)
    expect(await aws('s3', 'ls')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d copy\n.* site\n$/)
    await aws('s3', 'sync', 'web', 's3://site/web')
    expect(await aws('s3', 'ls', 's3://site/web/')).toMatch(/^ +PRE deep\/\n.* 4 index\.html\n$/)
    await aws('s3', 'sync', 's3://site/web', 'back')
    expect(readFileSync(join(folder, 'back/deep/ä b+c.txt'), 'utf8')).toBe('deep')
    expect(await aws('s3', 'sync', 'web', 's3://site/web')).toBe('')
    await aws('s3', 'rm', '--recursive', 's3://site/web')
    expect(await aws('s3', 'ls', '--recursive', 's3://site')).toBe('')
  }, 60_000)

  it('moves a large file in parts, both ways and from bucket to bucket', async () => {
    writeFileSync(join(folder, 'large'), Buffer.alloc(20 * 1024 * 1024, 'large '))
    await aws('s3', 'cp', 'large', 's3://site/large', '--quiet')
    const head = JSON.parse(await aws('s3api', 'head-object', '--bucket', 'site', '--key', 'large'))
    expect(head).toMatchObject({ ContentLength: 20 * 1024 * 1024, ETag: expect.stringMatching(/^"[0-9a-f]{32}-3"$/) })
    await aws('s3', 'cp', 's3://site/large', 's3://copy/large', '--quiet')
    await aws('s3', 'cp', 's3://copy/large', 'back-large', '--quiet')
    expect(readFileSync(join(folder, 'back-large')).equals(readFileSync(join(folder, 'large')))).toBe(true)
  }, 60_000)

  it('presigns a URL that downloads', async () => {
    writeFileSync(join(folder, 'signed'), 'signed')
    await aws('s3', 'cp', 'signed', 's3://site/signed', '--quiet')
    // Signature version 2, this CLI's default for presigned URLs, is refused for new buckets, here as on AWS.
    await aws('configure', 'set', 'default.s3.signature_version', 's3v4')
    const url = (await aws('s3', 'presign', 's3://site/signed', '--expires-in', '60')).trim()
    expect(await (await fetch(url)).text()).toBe('signed')
  }, 60_000)

  it('reads and writes secrets and parameters', async () => {
    const secret = () =>
      aws('secretsmanager', 'get-secret-value', '--secret-id', 'key', '--query', 'SecretString', '--output', 'text')
    expect(await secret()).toBe('hidden\n')
    await aws('secretsmanager', 'put-secret-value', '--secret-id', 'key', '--secret-string', 'new')
    expect(await secret()).toBe('new\n')
    await aws('ssm', 'put-parameter', '--name', '/library/days', '--type', 'String', '--value', '14')
    const path = await aws(
      'ssm',
      'get-parameters-by-path',
      '--path',
      '/library',
      '--query',
      'Parameters[].Value',
      '--output',
      'text',
    )
    expect(path).toBe('14\t2\n')
  }, 60_000)

  it('takes on a role, whose calls are signed, verified and decided by its policies', async () => {
    const assumed = JSON.parse(
      await aws('sts', 'assume-role', '--role-arn', deployer.arn, '--role-session-name', 'operator'),
    )
    const session = {
      AWS_ACCESS_KEY_ID: assumed.Credentials.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: assumed.Credentials.SecretAccessKey,
      AWS_SESSION_TOKEN: assumed.Credentials.SessionToken,
    }
    const identity = JSON.parse(await awsWith(session, 'sts', 'get-caller-identity'))
    expect(identity.Arn).toBe('arn:aws:sts::123456789012:assumed-role/deployer/operator')
    writeFileSync(join(folder, 'a b+(c).txt'), 'verified')
    await awsWith(session, 's3', 'cp', 'a b+(c).txt', 's3://site/a b+(c).txt', '--quiet')
    expect(await awsWith(session, 's3', 'ls', 's3://site/a b')).toContain('a b+(c).txt')
    const secret = ['secretsmanager', 'get-secret-value', '--secret-id', 'key']
    await expect(awsWith(session, ...secret)).rejects.toThrow('because no identity-based policy allows')
    const forged = { ...session, AWS_SECRET_ACCESS_KEY: 'x'.repeat(40) }
    await expect(awsWith(forged, 'sts', 'get-caller-identity')).rejects.toThrow('SignatureDoesNotMatch')
  }, 60_000)

  it('shows what is not emulated', async () => {
    await expect(aws('s3', 'website', 's3://site/', '--index-document', 'index.html')).rejects.toThrow(
      'PutBucketWebsite',
    )
    await expect(aws('dynamodb', 'list-tables')).rejects.toThrow('the service dynamodb is not emulated')
  }, 60_000)
})
