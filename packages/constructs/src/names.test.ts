import { describe, it } from 'vitest'
import { templateOf } from '../test/support.ts'
import { NamesAndCertificate } from './names.ts'

describe('names and certificate', () => {
  it('makes a hosted zone by default', () => {
    const template = templateOf(stack => new NamesAndCertificate(stack, 'Names', { domainName: 'example.com' }))
    template.hasResourceProperties('AWS::Route53::HostedZone', { Name: 'example.com.' })
  })

  it('uses a zone that is there, also for the certificate’s validation', () => {
    const template = templateOf(stack => {
      const zone = { kind: 'existing', hostedZoneId: 'Z0123456789' } as const
      new NamesAndCertificate(stack, 'Names', { domainName: 'example.com', zone })
    })
    template.resourceCountIs('AWS::Route53::HostedZone', 0)
    template.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainValidationOptions: [{ DomainName: 'example.com', HostedZoneId: 'Z0123456789' }],
    })
  })
})
