import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AssociateWebACLCommand, CreateWebACLCommand, GetWebACLForResourceCommand } from '@aws-sdk/client-wafv2'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { visibility } from '../../dataplane/firewall/testing.ts'
import { BALANCER, startFirewalls } from './testing.ts'

let state: string
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'waf-'))
})
afterEach(() => rmSync(state, { recursive: true, force: true }))

it('what the API has made, and what it guards, is there again after a restart, and the data plane is told', async () => {
  const first = await startFirewalls([], state)
  const { Summary } = await first.client.send(
    new CreateWebACLCommand({
      Name: 'main',
      Scope: 'REGIONAL',
      DefaultAction: { Block: {} },
      VisibilityConfig: visibility('main'),
      Tags: [{ Key: 'a', Value: '1' }],
    }),
  )
  const WebACLArn = Summary?.ARN ?? ''
  await first.client.send(new AssociateWebACLCommand({ WebACLArn, ResourceArn: BALANCER.arn }))
  await first[Symbol.asyncDispose]()

  const second = await startFirewalls([], state)
  expect(second.sent).toMatchObject([
    { type: 'firewall', config: { arn: WebACLArn, defaultAction: { Block: {} } } },
    { type: 'guard', resource: BALANCER.id, acl: WebACLArn },
  ])
  const { WebACL } = await second.client.send(new GetWebACLForResourceCommand({ ResourceArn: BALANCER.arn }))
  expect(WebACL).toMatchObject({ ARN: WebACLArn, Name: 'main' })
  await second[Symbol.asyncDispose]()
})
