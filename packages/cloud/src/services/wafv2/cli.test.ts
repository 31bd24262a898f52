import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliEnvironment, cliIsHere } from '../../gateway/testing-cli.ts'
import { BALANCER, startFirewalls, type TestFirewalls } from './testing.ts'

const run = promisify(execFile)

describe.skipIf(!cliIsHere)(
  `AWS WAF by the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`,
  () => {
    let on: TestFirewalls
    let home: string

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'terrace-cli-'))
      on = await startFirewalls()
    })

    afterAll(async () => {
      await on[Symbol.asyncDispose]()
      rmSync(home, { recursive: true, force: true })
    })

    const aws = async (...args: readonly string[]) => {
      const { stdout } = await run('aws', ['--endpoint-url', on.cloud.gateway.url, 'wafv2', ...args], {
        env: cliEnvironment(home),
      })
      return stdout
    }

    it('makes a web ACL with a rate, puts it before a balancer, and asks who is limited', async () => {
      const visible = JSON.stringify({
        SampledRequestsEnabled: true,
        CloudWatchMetricsEnabled: true,
        MetricName: 'main',
      })
      const rules = JSON.stringify([
        {
          Name: 'flood',
          Priority: 0,
          Action: { Block: {} },
          Statement: { RateBasedStatement: { Limit: 100, AggregateKeyType: 'IP' } },
          VisibilityConfig: JSON.parse(visible),
        },
      ])
      const named = ['--name', 'main', '--scope', 'REGIONAL']
      const settings = ['--default-action', 'Allow={}', '--visibility-config', visible, '--rules', rules]
      const { Summary } = JSON.parse(await aws('create-web-acl', ...named, ...settings))
      await aws('associate-web-acl', '--web-acl-arn', Summary.ARN, '--resource-arn', BALANCER.arn)
      expect(JSON.parse(await aws('list-resources-for-web-acl', '--web-acl-arn', Summary.ARN))).toEqual({
        ResourceArns: [BALANCER.arn],
      })
      const of = ['--scope', 'REGIONAL', '--web-acl-name', 'main', '--web-acl-id', Summary.Id, '--rule-name', 'flood']
      expect(JSON.parse(await aws('get-rate-based-statement-managed-keys', ...of))).toMatchObject({
        ManagedKeysIPV4: { IPAddressVersion: 'IPV4', Addresses: [] },
      })
      await expect(
        aws('delete-web-acl', ...named, '--id', Summary.Id, '--lock-token', Summary.LockToken),
      ).rejects.toThrow('An error occurred (WAFAssociatedItemException) when calling the DeleteWebACL operation')
    }, 60_000)
  },
)
