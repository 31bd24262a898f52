import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seconds } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import { afterAll, describe, expect, it } from 'vitest'
import { load } from '../index.ts'

const folder = mkdtempSync(join(tmpdir(), 'multivalue-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function loaded(
  config: string,
  record = 'MultiValueAnswer: true, SetIdentifier: one, HealthCheckId: !Ref Check',
) {
  const file = join(folder, 'template.yaml')
  writeFileSync(
    file,
    `Resources:
  Zone: { Type: AWS::Route53::HostedZone, Properties: { Name: example.com } }
  Check: { Type: AWS::Route53::HealthCheck, Properties: { HealthCheckConfig: ${config} } }
  Record:
    Type: AWS::Route53::RecordSet
    Properties: { HostedZoneId: !Ref Zone, Name: example.com, Type: A, TTL: 10, ResourceRecords: [198.51.100.1], ${record} }
`,
  )
  const { gaps, ...architecture } = await load({ kind: 'template', file })
  const messages = gaps.map(({ message }) => message)
  return { messages, record: nodesOf({ ...architecture, gaps }, 'recordSet')[0] }
}

describe('a multivalue record', () => {
  it('N-05: carries its health check, with the defaults of CloudFormation', async () => {
    const { record, messages } = await loaded('{ Type: HTTP, IPAddress: 198.51.100.1 }')
    expect(messages).toEqual([])
    expect(record?.multivalue).toMatchObject({
      healthCheck: {
        type: 'HTTP',
        address: '198.51.100.1',
        port: 80,
        path: '/',
        interval: seconds(30),
        failureThreshold: 3,
      },
    })
  })

  it('counts as healthy without one', async () => {
    const { record } = await loaded(
      '{ Type: TCP, IPAddress: 198.51.100.1 }',
      'MultiValueAnswer: true, SetIdentifier: one',
    )
    expect(record?.multivalue).toEqual({})
  })

  it.each([
    ['{ Type: CALCULATED }', 'health checks of the type CALCULATED are not modelled'],
    ['{ Type: HTTP, FullyQualifiedDomainName: a.example.com }', 'a health check without an address is not modelled'],
  ])('with %s is listed', async (config, message) => {
    const { messages } = await loaded(config)
    expect(messages.join('\n')).toContain(message)
    expect(messages.join('\n')).toContain('the record counts as healthy')
  })

  it('is not what another routing policy is', async () => {
    const { record, messages } = await loaded('{ Type: TCP, IPAddress: 198.51.100.1 }', 'Weight: 1, SetIdentifier: one')
    expect(record?.multivalue).toBeUndefined()
    expect(messages.join()).toContain('the routing policy of example.com is not modelled')
  })
})
