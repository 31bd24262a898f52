import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openAuthority } from '../../certificates/authority.ts'
import type { DataPlane } from '../../dataplane/data-plane.ts'
import type { ToDataPlane } from '../../dataplane/messages.ts'
import { startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { acm } from './index.ts'

const missing = spawnSync('aws', ['--version']).status === 0 ? undefined : 'the AWS CLI is not installed'
const ARN = 'arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef'

let cloud: TestCloud
let folder: string
let sent: ToDataPlane[]
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'acm-'))
  sent = []
  const authority = await openAuthority({ folder, name: 'test', clock: systemClock, constrainedTo: ['localhost'] })
  const names = ['library.localhost', '*.library.localhost', 'library.example.com']
  cloud = await startTestCloud({
    nodes: [
      testNode('certificate', 'certificate', { arn: ARN, domainName: 'library.localhost', names, validation: 'DNS' }),
    ],
    services: [
      {
        name: 'surroundings',
        emulates: [],
        async start({ ports }) {
          ports.provide('publicAuthority', authority)
          const send = (message: ToDataPlane) => void sent.push(message)
          ports.provide('dataPlane', { send } as object as DataPlane)
          return { async stop() {} }
        },
      },
      acm,
    ],
  })
})
afterEach(async () => {
  await cloud.stop()
  rmSync(folder, { recursive: true, force: true })
})

function aws(...words: readonly string[]): Promise<Record<string, unknown>> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: '/nonexistent',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_DEFAULT_REGION: 'us-east-1',
  }
  return new Promise((resolve, reject) =>
    execFile(
      'aws',
      ['acm', ...words, '--endpoint-url', cloud.gateway.url, '--output', 'json'],
      { env },
      (error, output, errors) => (error ? reject(new Error(errors)) : resolve(JSON.parse(output))),
    ),
  )
}

it('issues what the public authority may sign, by the name of the template', () => {
  expect(sent).toMatchObject([
    { type: 'certificates', certificates: [{ arn: ARN, names: ['library.localhost', '*.library.localhost'] }] },
  ])
})

describe(`a session with the AWS CLI${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it.skipIf(missing !== undefined)(
    'lists a certificate, describes it, and gets it',
    async () => {
      expect(await aws('list-certificates')).toMatchObject({
        CertificateSummaryList: [{ CertificateArn: ARN, DomainName: 'library.localhost', Status: 'ISSUED' }],
      })
      expect(await aws('describe-certificate', '--certificate-arn', ARN)).toMatchObject({
        Certificate: { CertificateArn: ARN, Status: 'ISSUED', Type: 'AMAZON_ISSUED', InUseBy: [] },
      })
      const { Certificate, CertificateChain } = await aws('get-certificate', '--certificate-arn', ARN)
      expect(Certificate).toMatch(/^-----BEGIN CERTIFICATE-----/)
      expect(CertificateChain).toMatch(/^-----BEGIN CERTIFICATE-----/)
      await expect(aws('get-certificate', '--certificate-arn', `${ARN}0`)).rejects.toThrow(/ResourceNotFoundException/)
    },
    60_000,
  )
})
