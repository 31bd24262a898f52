import { execFile } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cliIsHere } from '../../gateway/testing-cli.ts'
import { startCertificates, type TestCertificates, UNUSED, USED } from './testing.ts'

const missing = cliIsHere ? undefined : 'the AWS CLI is not installed'

let running: TestCertificates
beforeEach(async () => {
  running = await startCertificates()
})
afterEach(() => running.stop())

/** One command of the AWS CLI against the gateway; what it prints. */
function aws(...words: readonly string[]): Promise<Record<string, unknown>> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: '/nonexistent',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_DEFAULT_REGION: 'us-east-1',
  }
  const parameters = ['acm', ...words, '--endpoint-url', running.cloud.gateway.url, '--output', 'json']
  return new Promise((resolve, reject) =>
    execFile('aws', parameters, { env }, (error, output, errors) =>
      error ? reject(new Error(errors)) : resolve(JSON.parse(output)),
    ),
  )
}

describe(`a session with the AWS CLI${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it.skipIf(missing !== undefined)(
    'lists certificates, page by page too, describes one, gets it, and asks for one that is none',
    async () => {
      expect(await aws('list-certificates', '--certificate-statuses', 'ISSUED')).toMatchObject({
        CertificateSummaryList: [
          { CertificateArn: USED, DomainName: 'library.localhost', Status: 'ISSUED' },
          { CertificateArn: UNUSED },
        ],
      })
      const paged = await aws('list-certificates', '--page-size', '1')
      expect(paged.CertificateSummaryList).toHaveLength(2)
      expect(await aws('describe-certificate', '--certificate-arn', USED)).toMatchObject({
        Certificate: {
          CertificateArn: USED,
          Status: 'ISSUED',
          Type: 'AMAZON_ISSUED',
          InUseBy: [running.loadBalancerArn],
        },
      })
      const { Certificate, CertificateChain } = await aws('get-certificate', '--certificate-arn', USED)
      expect(Certificate).toMatch(/^-----BEGIN CERTIFICATE-----/)
      expect(CertificateChain).toMatch(/^-----BEGIN CERTIFICATE-----/)
      await expect(aws('get-certificate', '--certificate-arn', `${USED}0`)).rejects.toThrow(/ResourceNotFoundException/)
      await expect(aws('request-certificate', '--domain-name', 'a.example.com')).rejects.toThrow(/RequestCertificate/)
    },
    60_000,
  )
})
