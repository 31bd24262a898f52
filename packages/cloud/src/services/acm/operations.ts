import { X509Certificate } from 'node:crypto'
import { type Certificate, nodesOf } from '@terrace/model'
import { z } from 'zod'
import type { Authority } from '../../certificates/authority.ts'
import { type OperationsApi, operation, shape, wireInteger, wireList } from '../../gateway/api.ts'
import { timestamp } from '../../gateway/time.ts'
import type { World } from '../../world.ts'
import { InvalidArgs, ResourceNotFound } from './errors.ts'
import { MAX_ITEMS } from './limits.ts'
import { isLocal } from './names.ts'

/** Certificate Manager over JSON 1.1. @see ACM API Reference, version 2015-12-08 */
export function acmApi(world: World, authority: Authority): OperationsApi {
  const { architecture } = world
  const all = nodesOf(architecture, 'certificate')
  const find = (arn: string): Certificate => {
    const found = all.find(certificate => certificate.arn === arn)
    if (found) return found
    throw new ResourceNotFound(arn, architecture.account)
  }
  const usersOf = ({ arn }: Certificate): string[] => {
    const listeners = nodesOf(architecture, 'listener').filter(({ certificates }) => certificates.includes(arn))
    const balancers = nodesOf(architecture, 'loadBalancer').filter(({ id }) =>
      listeners.some(({ loadBalancer }) => loadBalancer === id),
    )
    const distributions = nodesOf(architecture, 'distribution').filter(({ certificate }) => certificate === arn)
    return [...balancers, ...distributions].map(node => node.arn)
  }
  const pemOf = async ({ names }: Certificate): Promise<string> =>
    (await authority.issue(names.filter(isLocal).length > 0 ? names.filter(isLocal) : ['localhost'])).certificate
  const reading = (action: string) => (input: { CertificateArn: string }) => ({
    action: `acm:${action}`,
    resource: input.CertificateArn,
  })
  const byArn = shape({ CertificateArn: z.string() })

  return {
    signingName: 'acm',
    protocol: { kind: 'json', version: '1.1', target: 'CertificateManager' },
    operations: [
      operation({
        name: 'DescribeCertificate',
        input: byArn,
        authorize: reading('DescribeCertificate'),
        async run({ CertificateArn }) {
          const certificate = find(CertificateArn)
          const leaf = new X509Certificate(await pemOf(certificate))
          const from = timestamp(leaf.validFromDate.getTime())
          return {
            Certificate: {
              ...summary(certificate, usersOf(certificate).length > 0),
              SubjectAlternativeNames: certificate.names,
              Serial: leaf.serialNumber.toLowerCase().replace(/..(?=.)/g, '$&:'),
              Subject: `CN=${certificate.domainName}`,
              Issuer: 'Terrace',
              CreatedAt: from,
              IssuedAt: from,
              NotBefore: from,
              NotAfter: timestamp(leaf.validToDate.getTime()),
              SignatureAlgorithm: 'SHA256WITHECDSA',
              InUseBy: usersOf(certificate),
              DomainValidationOptions: certificate.names.map(name => ({
                DomainName: name,
                ValidationDomain: name,
                ValidationStatus: 'SUCCESS',
                ValidationMethod: certificate.validation,
              })),
            },
          }
        },
      }),
      operation({
        name: 'GetCertificate',
        input: byArn,
        authorize: reading('GetCertificate'),
        async run({ CertificateArn }) {
          const pem = await pemOf(find(CertificateArn))
          const [leaf = '', ...chain] = pem.split(/(?<=-----END CERTIFICATE-----\n)/)
          return { Certificate: leaf, CertificateChain: chain.join('') }
        },
      }),
      operation({
        name: 'ListCertificates',
        input: shape({
          CertificateStatuses: wireList(z.string()).optional(),
          MaxItems: wireInteger().pipe(z.int().min(1).max(MAX_ITEMS)).optional(),
          NextToken: z.string().optional(),
        }),
        authorize: () => ({ action: 'acm:ListCertificates', resource: '*' }),
        run({ CertificateStatuses: statuses, MaxItems = MAX_ITEMS, NextToken }) {
          const found = statuses?.length && !statuses.includes('ISSUED') ? [] : all
          if (NextToken !== undefined && !/^\d+$/.test(NextToken))
            throw new InvalidArgs('The value of NextToken is not valid.')
          const from = Number(NextToken ?? 0)
          const to = from + MaxItems
          return {
            CertificateSummaryList: found
              .slice(from, to)
              .map(certificate => summary(certificate, usersOf(certificate).length > 0)),
            NextToken: to < found.length ? String(to) : undefined,
          }
        },
      }),
    ],
  }
}

const summary = ({ arn, domainName }: Certificate, inUse: boolean) => ({
  CertificateArn: arn,
  DomainName: domainName,
  Status: 'ISSUED',
  Type: 'AMAZON_ISSUED',
  KeyAlgorithm: 'EC_prime256v1',
  InUse: inUse,
  RenewalEligibility: 'ELIGIBLE',
})
