import {
  CreateIPSetCommand,
  CreateRegexPatternSetCommand,
  CreateRuleGroupCommand,
  DeleteIPSetCommand,
  DeleteRegexPatternSetCommand,
  DeleteRuleGroupCommand,
  GetIPSetCommand,
  GetRegexPatternSetCommand,
  GetRuleGroupCommand,
  ListIPSetsCommand,
  ListRegexPatternSetsCommand,
  ListRuleGroupsCommand,
  type Rule,
  UpdateIPSetCommand,
  UpdateRegexPatternSetCommand,
  UpdateRuleGroupCommand,
} from '@aws-sdk/client-wafv2'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { visibility } from '../../dataplane/firewall/testing.ts'
import { failureOf } from '../../gateway/testing.ts'
import { startFirewalls, type TestFirewalls } from './testing.ts'

let on: TestFirewalls
beforeEach(async () => {
  on = await startFirewalls()
})
afterEach(async () => {
  await on[Symbol.asyncDispose]()
})

const BY_PATH: Rule = {
  Name: 'a',
  Priority: 0,
  Action: { Block: {} },
  VisibilityConfig: visibility('a'),
  Statement: {
    ByteMatchStatement: {
      FieldToMatch: { UriPath: {} },
      SearchString: Buffer.from('/a'),
      PositionalConstraint: 'STARTS_WITH',
      TextTransformations: [{ Priority: 0, Type: 'NONE' }],
    },
  },
}
const REGIONAL = { Scope: 'REGIONAL' } as const

it('IP sets, regex pattern sets and rule groups are made, read, changed, listed and deleted', async () => {
  const { client } = on
  const Name = 'part'
  const set = await client.send(
    new CreateIPSetCommand({ Name, ...REGIONAL, IPAddressVersion: 'IPV4', Addresses: ['203.0.113.0/24'] }),
  )
  const ip = { Name, ...REGIONAL, Id: set.Summary?.Id ?? '' }
  const changedSet = { ...ip, LockToken: set.Summary?.LockToken ?? '', Addresses: ['198.51.100.0/24'] }
  const ipToken = (await client.send(new UpdateIPSetCommand(changedSet))).NextLockToken ?? ''
  expect((await client.send(new GetIPSetCommand(ip))).IPSet).toMatchObject({ Addresses: ['198.51.100.0/24'] })
  expect((await client.send(new ListIPSetsCommand(REGIONAL))).IPSets).toHaveLength(1)
  const wrong = new UpdateIPSetCommand({ ...ip, LockToken: ipToken, Addresses: ['0.0.0.0/0'] })
  expect(await failureOf(client.send(wrong))).toMatchObject({ name: 'WAFInvalidParameterException' })

  const patterns = await client.send(
    new CreateRegexPatternSetCommand({ Name, ...REGIONAL, RegularExpressionList: [{ RegexString: 'a+' }] }),
  )
  const regex = { Name, ...REGIONAL, Id: patterns.Summary?.Id ?? '' }
  const changedRegex = {
    ...regex,
    LockToken: patterns.Summary?.LockToken ?? '',
    RegularExpressionList: [{ RegexString: 'b' }],
  }
  const regexToken = (await client.send(new UpdateRegexPatternSetCommand(changedRegex))).NextLockToken ?? ''
  expect((await client.send(new GetRegexPatternSetCommand(regex))).RegexPatternSet).toMatchObject({
    RegularExpressionList: [{ RegexString: 'b' }],
  })
  expect((await client.send(new ListRegexPatternSetsCommand(REGIONAL))).RegexPatternSets).toHaveLength(1)

  const inGroup = { Name, ...REGIONAL, VisibilityConfig: visibility('group'), Rules: [BY_PATH] }
  expect(await failureOf(client.send(new CreateRuleGroupCommand({ ...inGroup, Capacity: 1 })))).toMatchObject({
    name: 'WAFLimitsExceededException',
  })
  const group = await client.send(new CreateRuleGroupCommand({ ...inGroup, Capacity: 10 }))
  const own = { Name, ...REGIONAL, Id: group.Summary?.Id ?? '' }
  const changedGroup = { ...own, LockToken: group.Summary?.LockToken ?? '', VisibilityConfig: visibility('group') }
  const groupToken = (await client.send(new UpdateRuleGroupCommand(changedGroup))).NextLockToken ?? ''
  expect((await client.send(new GetRuleGroupCommand(own))).RuleGroup).toMatchObject({ Capacity: 10, Rules: [] })
  expect((await client.send(new ListRuleGroupsCommand(REGIONAL))).RuleGroups).toHaveLength(1)

  await client.send(new DeleteIPSetCommand({ ...ip, LockToken: ipToken }))
  await client.send(new DeleteRegexPatternSetCommand({ ...regex, LockToken: regexToken }))
  await client.send(new DeleteRuleGroupCommand({ ...own, LockToken: groupToken }))
})
