import { X509Certificate } from 'node:crypto'
import {
  ACMClient,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  GetCertificateCommand,
  ListCertificatesCommand,
} from '@aws-sdk/client-acm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, sessionOf, testRole } from '../../gateway/testing.ts'
import { startCertificates, type TestCertificates, UNUSED, USED } from './testing.ts'

const reader = testRole('reader', {
  Effect: 'Allow',
  Action: ['acm:DescribeCertificate', 'acm:GetCertificate'],
  Resource: USED,
})

let running: TestCertificates
let client: ACMClient
beforeEach(async () => {
  running = await startCertificates(reader)
  client = new ACMClient(clientOptions(running.cloud.gateway.url))
})
afterEach(async () => {
  client.destroy()
  await running.stop()
})

it('issues what the public authority may sign, by the names of the template and those that AWS gives', () => {
  expect(running.sent).toMatchObject([
    {
      type: 'certificates',
      certificates: [
        { arn: USED, names: ['library.localhost', '*.library.localhost'] },
        { arn: UNUSED, names: ['other.localhost'] },
        { names: ['lb-1.us-east-1.elb.localhost'] },
      ],
    },
  ])
})

// ACM API Reference, "ListCertificates".
describe('ListCertificates', () => {
  it('tells whether each is in use', async () => {
    const { CertificateSummaryList, NextToken } = await client.send(new ListCertificatesCommand({}))
    expect(CertificateSummaryList).toMatchObject([
      { CertificateArn: USED, DomainName: 'library.localhost', Status: 'ISSUED', Type: 'AMAZON_ISSUED', InUse: true },
      { CertificateArn: UNUSED, DomainName: 'other.localhost', InUse: false, KeyAlgorithm: 'EC_prime256v1' },
    ])
    expect(NextToken).toBeUndefined()
  })

  it('looks for statuses', async () => {
    const withStatus = async (...statuses: ('ISSUED' | 'EXPIRED' | 'REVOKED')[]) => {
      const answer = await client.send(new ListCertificatesCommand({ CertificateStatuses: statuses }))
      return answer.CertificateSummaryList?.length
    }
    expect(await withStatus('EXPIRED', 'ISSUED')).toBe(2)
    expect(await withStatus('EXPIRED', 'REVOKED')).toBe(0)
  })

  it('comes in pages', async () => {
    const first = await client.send(new ListCertificatesCommand({ MaxItems: 1 }))
    expect(first.CertificateSummaryList).toMatchObject([{ CertificateArn: USED }])
    const second = await client.send(new ListCertificatesCommand({ MaxItems: 1, NextToken: first.NextToken }))
    expect(second.CertificateSummaryList).toMatchObject([{ CertificateArn: UNUSED }])
    expect(second.NextToken).toBeUndefined()
  })

  it.each([
    [{ MaxItems: 0 }, 'ValidationException'],
    [{ MaxItems: 1001 }, 'ValidationException'],
    [{ NextToken: 'none' }, 'InvalidArgsException'],
    [{ NextToken: '-1' }, 'InvalidArgsException'],
  ])('refuses %j', async (input, name) => {
    expect(await failureOf(client.send(new ListCertificatesCommand(input)))).toMatchObject({ name, status: 400 })
  })
})

// ACM API Reference, "DescribeCertificate" and "GetCertificate".
describe('a certificate', () => {
  it('is described with its names, its validation, and who uses it', async () => {
    const { Certificate } = await client.send(new DescribeCertificateCommand({ CertificateArn: USED }))
    const names = ['library.localhost', '*.library.localhost', 'library.example.com']
    expect(Certificate).toMatchObject({
      CertificateArn: USED,
      DomainName: 'library.localhost',
      SubjectAlternativeNames: names,
      Status: 'ISSUED',
      Type: 'AMAZON_ISSUED',
      InUseBy: [running.loadBalancerArn],
      DomainValidationOptions: names.map(DomainName => ({
        DomainName,
        ValidationMethod: 'DNS',
        ValidationStatus: 'SUCCESS',
      })),
    })
    expect(Certificate?.NotBefore).toBeInstanceOf(Date)
    expect(Number(Certificate?.NotAfter)).toBeGreaterThan(Number(Certificate?.NotBefore))
    const other = await client.send(new DescribeCertificateCommand({ CertificateArn: UNUSED }))
    expect(other.Certificate?.InUseBy).toEqual([])
  })

  it('is got with its chain, and is for the names that can be signed here', async () => {
    const { Certificate, CertificateChain } = await client.send(new GetCertificateCommand({ CertificateArn: USED }))
    const leaf = new X509Certificate(Certificate ?? '')
    const issuer = new X509Certificate(CertificateChain ?? '')
    expect(leaf.subjectAltName).toBe('DNS:library.localhost, DNS:*.library.localhost')
    expect(leaf.checkIssued(issuer)).toBe(true)
    expect(leaf.verify(issuer.publicKey)).toBe(true)
  })

  it('that is none is ResourceNotFoundException', async () => {
    for (const call of [
      client.send(new DescribeCertificateCommand({ CertificateArn: `${USED}0` })),
      client.send(new GetCertificateCommand({ CertificateArn: `${USED}0` })),
    ]) {
      expect(await failureOf(call)).toMatchObject({ name: 'ResourceNotFoundException', status: 400 })
    }
  })
})

it('lets a role see what its policy names, and nothing else', async () => {
  const options = await running.cloud.as(sessionOf(reader))
  const asReader = new ACMClient(options)
  const arn = { CertificateArn: USED }
  expect((await asReader.send(new DescribeCertificateCommand(arn))).Certificate?.CertificateArn).toBe(USED)
  expect((await asReader.send(new GetCertificateCommand(arn))).Certificate).toMatch(/^-----BEGIN/)
  for (const call of [
    asReader.send(new GetCertificateCommand({ CertificateArn: UNUSED })),
    asReader.send(new ListCertificatesCommand({})),
  ]) {
    expect(await failureOf(call)).toMatchObject({ name: 'AccessDeniedException', status: 400 })
  }
  asReader.destroy()
})

it('refuses the other operations by name', async () => {
  const failure = await failureOf(client.send(new DeleteCertificateCommand({ CertificateArn: USED })))
  expect(failure.message).toContain('DeleteCertificate')
})
