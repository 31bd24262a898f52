import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { cliEnvironment, cliIsHere } from '../../gateway/testing-cli.ts'
import { cloudfront } from './index.ts'
import { dataPlaneService, testDistribution } from './testing.ts'

const run = promisify(execFile)

describe.skipIf(!cliIsHere)(
  `CloudFront by the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`,
  () => {
    let cloud: TestCloud
    let home: string

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'terrace-cli-'))
      cloud = await startTestCloud({ nodes: [testDistribution()], services: [dataPlaneService, cloudfront] })
    })

    afterAll(async () => {
      await cloud.stop()
      rmSync(home, { recursive: true, force: true })
    })

    const aws = async (...args: readonly string[]) => {
      const { stdout } = await run('aws', ['--endpoint-url', cloud.gateway.url, 'cloudfront', ...args], {
        env: cliEnvironment(home),
      })
      return stdout.trim()
    }

    it('Q-16: finds the distribution of a name, and makes it forget what it keeps', { timeout: 60_000 }, async () => {
      const query = "DistributionList.Items[?contains(Aliases.Items, 'quiz.localhost')].Id"
      const id = await aws('list-distributions', '--query', query, '--output', 'text')
      expect(id).toBe('EDFDVBD6EXAMPLE')
      const made = await aws('create-invalidation', '--distribution-id', id, '--paths', '/main.html', '/static/*')
      const { Invalidation } = JSON.parse(made)
      expect(Invalidation).toMatchObject({ InvalidationBatch: { Paths: { Quantity: 2 } } })
      const found = await aws('get-invalidation', '--distribution-id', id, '--id', Invalidation.Id)
      expect(JSON.parse(found).Invalidation.Id).toBe(Invalidation.Id)
      const origins = 'DistributionConfig.Origins.Items[].DomainName'
      expect(await aws('get-distribution-config', '--id', id, '--query', origins, '--output', 'text')).toBe(
        'site.s3.us-east-1.amazonaws.com',
      )
      await expect(aws('get-distribution', '--id', 'EUNKNOWN')).rejects.toThrow(/\(NoSuchDistribution\)/)
    })
  },
)
