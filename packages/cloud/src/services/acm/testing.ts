import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@terrace/kit'
import type { ArchitectureNode, Certificate } from '@terrace/model'
import { openAuthority } from '../../certificates/authority.ts'
import { listener, loadBalancer } from '../../dataplane/balancer/testing.ts'
import type { DataPlane } from '../../dataplane/data-plane.ts'
import type { ToDataPlane } from '../../dataplane/messages.ts'
import { startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { acm } from './index.ts'

const arnOf = (digit: number) =>
  `arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-45678900000${digit}`

/** For tests: a certificate that a balancer uses, with a name that can't be signed here as well, and one that nobody uses. */
export const USED = arnOf(1)
export const UNUSED = arnOf(2)

const certificate = (id: string, arn: string, ...names: readonly string[]): Certificate =>
  testNode('certificate', id, { arn, domainName: names[0] ?? '', names, validation: 'DNS' })

/** For tests: Certificate Manager over two certificates and a balancer, and what it tells the data plane. */
export interface TestCertificates {
  readonly cloud: TestCloud
  readonly sent: readonly ToDataPlane[]
  readonly loadBalancerArn: string
  stop(): Promise<void>
}

export async function startCertificates(...nodes: readonly ArchitectureNode[]): Promise<TestCertificates> {
  const folder = mkdtempSync(join(tmpdir(), 'acm-'))
  const sent: ToDataPlane[] = []
  const authority = await openAuthority({ folder, name: 'test', clock: systemClock, constrainedTo: ['localhost'] })
  const balancer = loadBalancer()
  const fixed = { kind: 'fixedResponse', status: 200, contentType: 'text/plain', body: '' } as const
  const cloud = await startTestCloud({
    nodes: [
      certificate('used', USED, 'library.localhost', '*.library.localhost', 'library.example.com'),
      certificate('unused', UNUSED, 'other.localhost'),
      balancer,
      listener(fixed, { certificates: [USED] }),
      ...nodes,
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
  return {
    cloud,
    sent,
    loadBalancerArn: balancer.arn,
    async stop() {
      await cloud.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
