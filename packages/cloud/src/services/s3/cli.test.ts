import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { cliIsHere } from '../../gateway/testing-cli.ts'
import { s3 } from './index.ts'

const run = promisify(execFile)
describe.skipIf(!cliIsHere)(
  `S3 by the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`,
  () => {
    let cloud: TestCloud
    let home: string

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'terrace-cli-'))
      mkdirSync(join(home, '.aws'))
      // The first version of the CLI presigns with version 2 of signatures unless it is told otherwise.
      writeFileSync(join(home, '.aws', 'config'), '[default]\ns3 =\n  signature_version = s3v4\n')
      cloud = await startTestCloud({ services: [s3] })
    })

    afterAll(async () => {
      await cloud.stop()
      rmSync(home, { recursive: true, force: true })
    })

    const aws = async (...args: readonly string[]) => {
      const { stdout } = await run('aws', ['--endpoint-url', cloud.gateway.url, ...args], {
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
      return stdout
    }

    it('makes a bucket, brings a folder and a large file there, looks at them and clears up', async () => {
      const folder = join(home, 'site')
      mkdirSync(join(folder, 'pictures'), { recursive: true })
      writeFileSync(join(folder, 'index.html'), '<h1>Shop</h1>')
      writeFileSync(join(folder, 'pictures', 'red mug.txt'), 'a mug')
      // Larger than the CLI sends in one piece.
      const large = Buffer.alloc(9_000_000, 'large ')
      writeFileSync(join(home, 'large'), large)

      expect(await aws('s3', 'mb', 's3://shop-files')).toContain('make_bucket: shop-files')
      await aws('s3', 'sync', folder, 's3://shop-files/site/')
      await aws('s3', 'cp', join(home, 'large'), 's3://shop-files/large')
      const list = await aws('s3', 'ls', '--recursive', 's3://shop-files')
      expect(list.split('\n').map(line => line.slice(20).trim())).toEqual([
        '9000000 large',
        '13 site/index.html',
        '5 site/pictures/red mug.txt',
        '',
      ])
      await aws('s3', 'cp', 's3://shop-files/large', join(home, 'back'))
      expect(readFileSync(join(home, 'back')).equals(large)).toBe(true)

      const url = (await aws('s3', 'presign', 's3://shop-files/site/index.html', '--expires-in', '60')).trim()
      expect(await (await fetch(url)).text()).toBe('<h1>Shop</h1>')

      await aws(
        's3api',
        'put-bucket-versioning',
        '--bucket',
        'shop-files',
        '--versioning-configuration',
        'Status=Enabled',
      )
      const tagging = 'TagSet=[{Key=kind,Value=page}]'
      await aws(
        's3api',
        'put-object-tagging',
        '--bucket',
        'shop-files',
        '--key',
        'site/index.html',
        '--tagging',
        tagging,
      )
      await aws('s3', 'rm', '--recursive', 's3://shop-files/site/')
      const versions = JSON.parse(
        await aws('s3api', 'list-object-versions', '--bucket', 'shop-files', '--prefix', 'site/'),
      )
      expect(versions.DeleteMarkers).toHaveLength(2)
      expect(versions.Versions).toMatchObject([
        { Key: 'site/index.html', VersionId: 'null', IsLatest: false },
        { Key: 'site/pictures/red mug.txt', VersionId: 'null', IsLatest: false },
      ])
    }, 60_000)
  },
)
