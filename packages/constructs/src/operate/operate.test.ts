import { describe, expect, it } from 'vitest'
import { type AwsCli, AwsCliError } from './aws-cli.ts'
import { clearZone } from './clear-zone.ts'
import { makeSecureParameters } from './make-secure-parameters.ts'

/** AWS as its CLI answers, and what was asked of it. */
function account(answers: Readonly<Record<string, unknown>>) {
  const calls: { readonly words: string; readonly input: object | undefined }[] = []
  const aws = ((words: readonly string[], input?: object) => {
    calls.push({ words: words.join(' '), input })
    const answer = answers[words.slice(0, 2).join(' ')]
    if (answer instanceof Error) throw answer
    return typeof answer === 'function' ? answer(words) : answer
  }) as AwsCli
  return { aws, calls }
}

const refusal = (code: string) =>
  new AwsCliError('ssm get-parameter', `An error occurred (${code}) when calling the GetParameter operation: no`)

describe('the SecureStrings that have to be there', () => {
  it('S-10: are made when they are missing, random, and never on a command line', () => {
    const { aws, calls } = account({
      'ssm get-parameter': (words: readonly string[]) => {
        if (words.includes('/shop/session/secret')) throw refusal('ParameterNotFound')
        return 1
      },
      'ssm put-parameter': { Version: 1 },
    })
    expect(makeSecureParameters(['/shop/database/password', '/shop/session/secret'], aws)).toEqual([
      '/shop/session/secret',
    ])
    const [made, ...others] = calls.filter(({ words }) => words.startsWith('ssm put-parameter'))
    expect(others).toEqual([])
    expect(made).toEqual({
      words: 'ssm put-parameter',
      input: {
        Name: '/shop/session/secret',
        Value: expect.stringMatching(/^[\w-]{32}$/),
        Type: 'SecureString',
        Overwrite: false,
      },
    })
  })

  it('S-10: are not made when AWS refuses to say whether they are there', () => {
    const { aws, calls } = account({ 'ssm get-parameter': refusal('AccessDeniedException') })
    expect(() => makeSecureParameters(['/shop/session/secret'], aws)).toThrow('AccessDeniedException')
    expect(calls).toHaveLength(1)
  })
})

describe('the zone before it is deleted', () => {
  const cname = (Name: string, Value: string) => ({ Name, Type: 'CNAME', ResourceRecords: [{ Value }] })
  const proof = cname('_0a1b.shop.example.com.', '_2c3d.abc.acm-validations.aws.')
  const records = [
    proof,
    { Name: 'shop.example.com.', Type: 'NS', ResourceRecords: [{ Value: 'ns-1.example.net.' }] },
    cname('abc._domainkey.shop.example.com.', 'abc.dkim.amazonses.com'),
    cname('www.shop.example.com.', 'x.acm-validations.aws.'),
  ]

  it('S-12: loses the record that proved the domain to ACM, and no other', () => {
    const { aws, calls } = account({
      'cloudformation describe-stacks': 'Z0123',
      'route53 list-resource-record-sets': { ResourceRecordSets: records },
    })
    expect(clearZone('shop-networking', aws)).toBe(1)
    expect(calls.at(-1)?.input).toEqual({
      HostedZoneId: 'Z0123',
      ChangeBatch: { Changes: [{ Action: 'DELETE', ResourceRecordSet: proof }] },
    })
  })

  it('S-12: is nothing to clear when the stack is gone', () => {
    const { aws } = account({
      'cloudformation describe-stacks': new AwsCliError(
        'cloudformation describe-stacks',
        'An error occurred (ValidationError) when calling the DescribeStacks operation: Stack does not exist',
      ),
    })
    expect(clearZone('shop-networking', aws)).toBe(0)
  })
})
