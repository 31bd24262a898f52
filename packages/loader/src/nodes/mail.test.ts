import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Architecture, nodesOf } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { load } from '../load.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-mail-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function loaded(resources: string): Promise<Architecture> {
  const file = join(folder, 'shop.yaml')
  writeFileSync(file, `Resources:\n${resources}`)
  return load({ kind: 'template', file })
}

describe('mail', () => {
  it('has identities with the tokens that their DNS records carry', async () => {
    const architecture = await loaded(`
  Set: { Type: AWS::SES::ConfigurationSet, Properties: { Name: orders } }
  Domain:
    Type: AWS::SES::EmailIdentity
    Properties: { EmailIdentity: Example.com, ConfigurationSetAttributes: { ConfigurationSetName: !Ref Set } }
  Address: { Type: AWS::SES::EmailIdentity, Properties: { EmailIdentity: Orders@Example.org } }
  Zone: { Type: AWS::Route53::HostedZone, Properties: { Name: example.com } }
  Dkim:
    Type: AWS::Route53::RecordSet
    Properties:
      HostedZoneId: !Ref Zone
      Name: !GetAtt Domain.DkimDNSTokenName2
      Type: CNAME
      TTL: '300'
      ResourceRecords: [!GetAtt Domain.DkimDNSTokenValue2]
`)
    const [domain, address] = nodesOf(architecture, 'emailIdentity')
    expect(domain).toMatchObject({
      identity: 'example.com',
      arn: 'arn:aws:ses:us-east-1:123456789012:identity/example.com',
      configurationSet: 'orders',
      dkimTokens: { length: 3 },
    })
    const token = domain?.dkimTokens[1]
    expect(nodesOf(architecture, 'recordSet')[0]).toMatchObject({
      target: { values: [`${token}.dkim.amazonses.com`] },
    })
    expect(address).toMatchObject({ identity: 'Orders@example.org', dkimTokens: [] })
    expect(architecture.gaps).toEqual([])
  })

  it('has templates, and configuration sets with whom they tell', async () => {
    const architecture = await loaded(`
  Order:
    Type: AWS::SES::Template
    Properties: { Template: { TemplateName: order, SubjectPart: 'Order {{id}}', HtmlPart: '<p>{{id}}</p>' } }
  Set:
    Type: AWS::SES::ConfigurationSet
    Properties:
      SendingOptions: { SendingEnabled: false }
      SuppressionOptions: { SuppressedReasons: [COMPLAINT] }
  Topic: { Type: AWS::SNS::Topic }
  Told:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !Ref Set
      EventDestination:
        Name: topic
        MatchingEventTypes: [bounce, renderingFailure]
        SnsDestination: { TopicARN: !Ref Topic }
  Bus:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !Ref Set
      EventDestination:
        Name: bus
        Enabled: false
        MatchingEventTypes: [send]
        EventBridgeDestination: { EventBusArn: 'arn:aws:events:us-east-1:123456789012:event-bus/default' }
`)
    expect(nodesOf(architecture, 'emailTemplate')).toMatchObject([
      { name: 'order', subject: 'Order {{id}}', html: '<p>{{id}}</p>' },
    ])
    expect(nodesOf(architecture, 'configurationSet')).toMatchObject([
      {
        name: expect.stringMatching(/Set/),
        sendingEnabled: false,
        suppressedReasons: ['COMPLAINT'],
        eventDestinations: [
          { name: 'topic', enabled: true, events: ['BOUNCE', 'RENDERING_FAILURE'], to: { kind: 'sns' } },
          { name: 'bus', enabled: false, events: ['SEND'], to: { kind: 'eventBridge' } },
        ],
      },
    ])
  })

  it('lists the destinations of events that are not told', async () => {
    const { gaps } = await loaded(`
  Set: { Type: AWS::SES::ConfigurationSet, Properties: { Name: orders } }
  Stream:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !Ref Set
      EventDestination:
        MatchingEventTypes: [send]
        KinesisFirehoseDestination: { IAMRoleARN: a, DeliveryStreamARN: b }
`)
    expect(gaps).toMatchObject([
      {
        path: 'Resources.Stream.Properties.EventDestination.KinesisFirehoseDestination',
        message: expect.stringContaining('SNS topics'),
      },
    ])
  })

  it.each([
    [
      'a reason that there is not',
      '  S: { Type: AWS::SES::ConfigurationSet, Properties: { SuppressionOptions: { SuppressedReasons: [SPAM] } } }',
    ],
    ['an identity without a name', '  S: { Type: AWS::SES::EmailIdentity, Properties: { Tags: [] } }'],
    ['a template without a subject', '  S: { Type: AWS::SES::Template, Properties: { Template: { TextPart: x } } }'],
  ])('is refused with %s', async (_, resources) => {
    await expect(loaded(resources)).rejects.toMatchObject({
      code: expect.stringMatching(/^LOAD_(BAD|MISSING)_PROPERTY$/),
    })
  })
})
